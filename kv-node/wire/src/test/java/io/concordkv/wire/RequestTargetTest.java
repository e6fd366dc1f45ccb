package io.concordkv.wire;

import static io.concordkv.wire.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Bytes;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    private static ApiCall parse(String method, String uri) {
        return RequestTarget.parse(method, uri, Limits.DEFAULT);
    }

    private static ApiCall.GetKey get(String uri) {
        return (ApiCall.GetKey) parse("GET", uri);
    }

    private static ApiCall.ListKeys list(String uri) {
        return (ApiCall.ListKeys) parse("GET", uri);
    }

    @Nested
    class Keys {
        @ParameterizedTest
        @CsvSource({
            "/v1/keys/a, default, a",
            "/v1/keyspaces/default/keys/a, default, a",
            "/v1/keyspaces/my-space/keys/a/b//c, my-space, a/b//c",
            "/v1/keys/a%2Fb, default, a/b",
            "/v1/keys/a%2fb, default, a/b",
            "/v1/keys/../a, default, ../a",
            "/v1/keys//, default, /",
            "/v1/keys/a+b, default, a+b",
            "/v1/keys/a%2Bb, default, a+b",
            "/v1/keys/100%25, default, 100%",
            "/v1/keys/a:b@c, default, a:b@c",
            "/v1/keys/a%3Fb, default, a?b",
            "/v1/keys/keys/x, default, keys/x",
            "/key/a, default, a",
            "http://host:8080/v1/keys/a, default, a",
        })
        void areTakenFromTheRawPath(String uri, String keyspace, String key) {
            var call = get(uri);
            assertThat(call.keyspace()).isEqualTo(keyspace);
            assertThat(Golden.text(call.key())).isEqualTo(key);
        }

        @Test
        void ofAnyBytesSurviveEncodingAndParsing() {
            var random = new Random(7);
            for (int length : new int[] {1, 2, 255, 4096}) {
                byte[] key = new byte[length];
                random.nextBytes(key);
                assertThat(get("/v1/keys/" + Percent.encode(key)).key()).isEqualTo(key);
            }
        }

        @Test
        void mayComeAsSingleUnescapedBytesAboveAscii() {
            assertThat(get("/v1/keys/\u00c3\u00a4").key()).isEqualTo(Golden.utf8("ä"));
        }

        @Test
        void haveLimits() {
            var problem = refused(ProblemCode.KEY_TOO_LARGE, () -> get("/v1/keys/" + "k".repeat(4097)));
            assertThat(problem.number(ProblemField.LIMIT)).hasValue(4096);
            assertThat(problem.number(ProblemField.ACTUAL)).hasValue(4097);
            assertThat(problem.executed()).isEqualTo(Executed.NO);
            refused(ProblemCode.INVALID_ARGUMENT, () -> get("/v1/keys/"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v1/keys/a%", "/v1/keys/a%2", "/v1/keys/a%zz", "/v1/keys/%-1", "/v1/keys/%2?x"})
        void withBadEscapesAreRefused(String uri) {
            refused(ProblemCode.INVALID_ARGUMENT, () -> get(uri));
        }
    }

    @Nested
    class Parameters {
        @Test
        void ofAWrite() {
            var call = (ApiCall.PutKey) parse("PUT", "/v1/keys/a?ttl=30s&timeout=250ms");
            assertThat(call.ttlMillis()).isEqualTo(30_000);
            assertThat(call.timeoutMillis()).isEqualTo(250);
        }

        @Test
        void ofARead() {
            var call = get("/v1/keys/a?consistency=bounded:5s");
            assertThat(call.consistency()).isEqualTo(new Consistency.Bounded(5_000));
            assertThat(call.timeoutMillis()).isEqualTo(5_000);
            assertThat(get("/v1/keys/a?").consistency()).isEqualTo(Consistency.DEFAULT);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v1/keys/a?ttl=30s",
                    "/v1/keys/a?x=1",
                    "/v1/keys/a?timeout=1s&timeout=2s",
                    "/v1/keys/a?timeout=61s",
                    "/v1/keys/a?timeout=0ms",
                    "/v1/keys/a?timeout=5",
                    "/v1/keys/a?consistency=strong",
                    "/v1/keys/a?consistency=bounded:",
                    "/v1/keys?limit=0",
                    "/v1/keys?limit=1001",
                    "/v1/keys?limit=abc",
                    "/v1/keys?reverse=yes",
                    "/v1/keys?encoding=hex",
                    "/v1/keys?all=true",
                    "/v1/topology?wait=5s",
                    "/v1/topology?after=-1",
                    "/v1/keyspaces/Big/keys/a",
                })
        void thatAreWrongAreRefused(String uri) {
            var problem = refused(ProblemCode.INVALID_ARGUMENT, () -> parse("GET", uri));
            assertThat(problem.executed()).isEqualTo(Executed.NO);
            assertThat(problem.detail()).isNotEmpty();
        }

        @Test
        void keepPlusSigns() {
            assertThat(list("/v1/keys?prefix=a+b%20c").parameters().prefix()).isEqualTo(Bytes.utf8("a+b c"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"999ms", "3651d", "-1s", "1.5s", "99999999999999999s", ""})
        void boundTheTimeToLive(String ttl) {
            refused(ProblemCode.INVALID_ARGUMENT, () -> parse("PUT", "/v1/keys/a?ttl=" + ttl));
        }
    }

    @Nested
    class Lists {
        @Test
        void combineTheirBounds() {
            var parameters = list("/v1/keys?prefix=b&start=ba&end=bzz&limit=7&reverse=true")
                    .parameters();
            assertThat(parameters.lowest()).isEqualTo(Bytes.utf8("ba"));
            assertThat(parameters.beyond()).isEqualTo(Bytes.utf8("bzz"));
            assertThat(parameters.limit()).isEqualTo(7);
            assertThat(parameters.reverse()).isTrue();
            var wide = list("/v1/keys?prefix=b&start=a&end=z").parameters();
            assertThat(wide.lowest()).isEqualTo(Bytes.utf8("b"));
            assertThat(wide.beyond()).isEqualTo(Bytes.utf8("c"));
        }

        @Test
        void takeNothingBesideACursor() {
            assertThat(list("/v1/keys?cursor=abc&timeout=1s").cursor()).isEqualTo("abc");
            refused(ProblemCode.INVALID_CURSOR, () -> list("/v1/keys?cursor=abc&prefix=x"));
            refused(ProblemCode.INVALID_ARGUMENT, () -> list("/v1/keys?cursor=abc&colour=red"));
        }

        @Test
        void comeBackFromTheirQuery() {
            var parameters = new ListParameters(
                    Bytes.utf8("a/ü"), Bytes.utf8("a+"), null, 5, true, true, false, true, new Consistency.Any());
            assertThat(list("/v1/keys?" + parameters.toQuery()).parameters()).isEqualTo(parameters);
            assertThat(ListParameters.ALL.toQuery()).isEmpty();
        }
    }

    @Nested
    class RangeDeletes {
        @Test
        void wantExactlyOneKindOfRange() {
            var byPrefix = (ApiCall.DeleteRange) parse("DELETE", "/v1/keys?prefix=a%FF");
            assertThat(byPrefix.start()).isEqualTo(Bytes.wrap(new byte[] {'a', -1}));
            assertThat(byPrefix.end()).isEqualTo(Bytes.utf8("b"));
            var byBounds = (ApiCall.DeleteRange) parse("DELETE", "/v1/keys?start=a&end=c");
            assertThat(byBounds.end()).isEqualTo(Bytes.utf8("c"));
            var all = (ApiCall.DeleteRange) parse("DELETE", "/v1/keys?all=true");
            assertThat(all.end()).isNull();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "?prefix=", "?start=&end=", "?all=false", "?all=true&prefix=a", "?prefix=a&end=b"})
        void elseAreRefused(String query) {
            refused(ProblemCode.INVALID_ARGUMENT, () -> parse("DELETE", "/v1/keys" + query));
        }
    }

    @Nested
    class OtherPaths {
        @Test
        void areBatchTransactionAndTopology() {
            assertThat(parse("POST", "/v1/keyspaces/default:batch")).isInstanceOf(ApiCall.Batch.class);
            assertThat(parse("POST", "/v1/keyspaces/other:txn?timeout=1s"))
                    .isInstanceOfSatisfying(
                            ApiCall.Transaction.class,
                            call -> assertThat(call.keyspace()).isEqualTo("other"));
            var topology = (ApiCall.Topology) parse("GET", "/v1/topology?after=3&wait=30s");
            assertThat(topology.after()).isEqualTo(3);
            assertThat(topology.waitMillis()).isEqualTo(30_000);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "",
                    "/v1",
                    "/v1/key/a",
                    "/v1/keysx",
                    "/v1/keyspaces/a:drop",
                    "/v1/keyspaces/a",
                    "/v1/topology/",
                    "/v1:batch",
                    "/key",
                    "*"
                })
        void areNotThere(String uri) {
            refused(ProblemCode.NO_SUCH_PATH, () -> parse("GET", uri));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "POST; /v1/keys/a; PUT, GET, HEAD, DELETE",
                    "POST; /v1/keys; GET, DELETE",
                    "GET; /v1/keyspaces/a:batch; POST",
                    "PUT; /v1/topology; GET",
                    "DELETE; /key/a; PUT, GET, HEAD",
                })
        void sayWhichMethodsTheyKnow(String method, String uri, String allowed) {
            var problem = refused(ProblemCode.METHOD_NOT_ALLOWED, () -> parse(method, uri));
            assertThat(problem.text(ProblemField.ALLOW)).isEqualTo(allowed);
        }
    }
}
