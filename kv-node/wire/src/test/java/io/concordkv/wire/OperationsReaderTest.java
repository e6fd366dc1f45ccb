package io.concordkv.wire;

import static io.concordkv.wire.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsReaderTest {
    private static List<KvOperation> batch(String json) {
        return OperationsReader.batch(Golden.utf8(json), Limits.DEFAULT);
    }

    private static TransactionBody transaction(String json) {
        return OperationsReader.transaction(Golden.utf8(json), Limits.DEFAULT);
    }

    private static String put(String key, String value) {
        return "{\"put\":{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}}";
    }

    @Nested
    class ABatch {
        @Test
        void isReadInOrder() {
            var operations = batch("""
                    {"operations":[{"put":{"key":"a","value":"1","ttl":"30s"}},{"get":{"key":"b"}},
                                   {"delete":{"key64":"AA=="}}]}""");
            assertThat(operations).hasSize(3);
            assertThat(operations.get(0)).isInstanceOfSatisfying(KvOperation.Put.class, put -> {
                assertThat(put.key()).isEqualTo(Golden.utf8("a"));
                assertThat(put.value()).isEqualTo(Golden.utf8("1"));
                assertThat(put.ttlMillis()).isEqualTo(30_000);
            });
            assertThat(operations.get(1)).isInstanceOf(KvOperation.Get.class);
            assertThat(operations.get(2))
                    .isInstanceOfSatisfying(
                            KvOperation.Delete.class,
                            delete -> assertThat(delete.key()).isEqualTo(new byte[1]));
        }

        @Test
        void comesBackFromWhatTheClientWrites() {
            byte[] any = {0, -1, 34, 92};
            var written = OperationsJson.batch(List.of(
                    new KvOperation.Put(any, Golden.utf8("\"ü\\\u0001😀"), 90_000),
                    new KvOperation.Get(Golden.utf8("k")),
                    new KvOperation.Delete(any)));
            var read = OperationsReader.batch(written, Limits.DEFAULT);
            assertThat(read.get(0))
                    .usingRecursiveComparison()
                    .isEqualTo(new KvOperation.Put(any, Golden.utf8("\"ü\\\u0001😀"), 90_000));
            assertThat(read).hasSize(3);
        }

        @Test
        void mayBeEmpty() {
            assertThat(batch("{\"operations\":[]}")).isEmpty();
        }

        @Test
        void answersAnOverlongKeyAtItsPlace() {
            var operations = batch("{\"operations\":[" + put("k".repeat(4097), "v") + "," + put("", "v") + ","
                    + put("a", "v".repeat((1 << 20) + 1)) + "," + put("a", "v") + "]}");
            assertThat(operations)
                    .extracting(each -> each instanceof KvOperation.Refused refused
                            ? refused.problem().code()
                            : null)
                    .containsExactly(
                            ProblemCode.KEY_TOO_LARGE, ProblemCode.INVALID_ARGUMENT, ProblemCode.VALUE_TOO_LARGE, null);
        }

        @Test
        void isRefusedWholeBeyondItsLimits() {
            String many =
                    IntStream.range(0, 1001).mapToObj(i -> put("k" + i, "v")).collect(Collectors.joining(","));
            var tooMany = refused(ProblemCode.TOO_MANY_OPERATIONS, () -> batch("{\"operations\":[" + many + "]}"));
            assertThat(tooMany.number(ProblemField.LIMIT)).hasValue(1000);
            String big = IntStream.range(0, 5)
                    .mapToObj(i -> put("k" + i, "v".repeat(1 << 20)))
                    .collect(Collectors.joining(","));
            var tooLarge = refused(ProblemCode.BATCH_TOO_LARGE, () -> batch("{\"operations\":[" + big + "]}"));
            assertThat(tooLarge.executed()).isEqualTo(Executed.NO);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "{",
                    "{\"operations\":[}",
                    "{\"operations\":[]} x",
                    "{\"operations\":[]}{}",
                    "{'operations':[]}",
                    "{\"operations\":[{\"get\":{\"key\":\"a\u0001\"}}]}",
                    "{\"operations\":[",
                })
        void thatIsNoJsonIsRefused(String json) {
            refused(ProblemCode.INVALID_JSON, () -> batch(json));
        }

        @Test
        void withInvalidUtf8IsRefused() {
            byte[] json = Golden.utf8("{\"operations\":[{\"get\":{\"key\":\"ab\"}}]}");
            json[json.length - 7] = (byte) 0xc0;
            refused(ProblemCode.INVALID_JSON, () -> OperationsReader.batch(json, Limits.DEFAULT));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[]",
                    "{}",
                    "{\"operations\":{}}",
                    "{\"operations\":[],\"x\":1}",
                    "{\"operations\":[],\"operations\":[]}",
                    "{\"operations\":[{}]}",
                    "{\"operations\":[1]}",
                    "{\"operations\":[{\"increment\":{\"key\":\"a\"}}]}",
                    "{\"operations\":[{\"get\":{\"key\":\"a\"},\"delete\":{\"key\":\"a\"}}]}",
                    "{\"operations\":[{\"get\":{}}]}",
                    "{\"operations\":[{\"get\":{\"key\":1}}]}",
                    "{\"operations\":[{\"get\":{\"key\":\"a\",\"value\":\"1\"}}]}",
                    "{\"operations\":[{\"get\":{\"key\":\"a\",\"key64\":\"AA==\"}}]}",
                    "{\"operations\":[{\"get\":{\"key64\":\"A*==\"}}]}",
                    "{\"operations\":[{\"get\":{\"key\":\"\\ud800\"}}]}",
                    "{\"operations\":[{\"put\":{\"key\":\"a\"}}]}",
                    "{\"operations\":[{\"put\":{\"key\":\"a\",\"value\":\"1\",\"ttl\":\"5\"}}]}",
                    "{\"operations\":[{\"put\":{\"key\":\"a\",\"value\":null}}]}",
                })
        void withWrongFieldsIsRefused(String json) {
            refused(ProblemCode.INVALID_ARGUMENT, () -> batch(json));
        }
    }

    @Nested
    class ATransaction {
        @Test
        void isReadWhole() {
            var body = transaction("""
                    {"if":[{"key":"a","revision":"12"},{"key":"b","exists":false},{"key":"c","value":"x"}],
                     "then":[{"put":{"key":"a","value":"1"}}],"else":[{"get":{"key":"a"}}]}""");
            assertThat(body.conditions())
                    .extracting(Object::getClass)
                    .containsExactly(Condition.HasRevision.class, Condition.Exists.class, Condition.HasValue.class);
            assertThat(body.then()).hasSize(1);
            assertThat(body.otherwise()).hasSize(1);
            byte[] again = OperationsJson.transaction(body);
            assertThat(OperationsReader.transaction(again, Limits.DEFAULT))
                    .usingRecursiveComparison()
                    .isEqualTo(body);
        }

        @Test
        void mayHaveNoConditions() {
            assertThat(transaction("{}").conditions()).isEmpty();
        }

        @Test
        void isRefusedWholeForOneKeyOverItsLimit() {
            refused(ProblemCode.KEY_TOO_LARGE, () -> transaction("{\"then\":[" + put("k".repeat(4097), "v") + "]}"));
            refused(
                    ProblemCode.KEY_TOO_LARGE,
                    () -> transaction("{\"if\":[{\"key\":\"" + "k".repeat(4097) + "\",\"exists\":true}]}"));
        }

        @Test
        void countsAllThreeListsTogether() {
            String some = IntStream.range(0, 400).mapToObj(i -> put("k", "v")).collect(Collectors.joining(","));
            String conditions = IntStream.range(0, 201)
                    .mapToObj(i -> "{\"key\":\"a\",\"exists\":true}")
                    .collect(Collectors.joining(","));
            refused(
                    ProblemCode.TOO_MANY_OPERATIONS,
                    () -> transaction("{\"if\":[" + conditions + "],\"then\":[" + some + "],\"else\":[" + some + "]}"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"if\":[{\"key\":\"a\"}]}",
                    "{\"if\":[{\"exists\":true}]}",
                    "{\"if\":[{\"key\":\"a\",\"exists\":true,\"revision\":\"1\"}]}",
                    "{\"if\":[{\"key\":\"a\",\"exists\":\"true\"}]}",
                    "{\"if\":[{\"key\":\"a\",\"revision\":12}]}",
                    "{\"if\":[{\"key\":\"a\",\"revision\":\"-1\"}]}",
                    "{\"when\":[]}",
                })
        void withWrongFieldsIsRefused(String json) {
            refused(ProblemCode.INVALID_ARGUMENT, () -> transaction(json));
        }

        @Test
        void takesValuesAsBase64() {
            String value = Base64.getEncoder().encodeToString(new byte[] {-1, 0});
            var body = transaction("{\"if\":[{\"key\":\"a\",\"value64\":\"" + value + "\"}]}");
            assertThat(body.conditions().getFirst())
                    .isInstanceOfSatisfying(
                            Condition.HasValue.class,
                            each -> assertThat(each.value()).isEqualTo(new byte[] {-1, 0}));
        }
    }
}
