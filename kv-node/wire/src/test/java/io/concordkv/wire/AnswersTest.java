package io.concordkv.wire;

import static io.concordkv.wire.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Bytes;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Answers against committed examples (`answers.txt`), and back.
class AnswersTest {
    private static final byte[] RAW = {(byte) 0xff, 0};

    @Test
    void areWrittenAsCommitted() throws IOException {
        var problem = Problem.overLimit(ProblemCode.KEY_TOO_LARGE, "bytes of a key", 4096, 5000);
        var overloaded = Problem.of(ProblemCode.OVERLOADED, "the queue of the shard is full")
                .with(ProblemField.SHARD, "3")
                .retryAfter(1_200);
        var page = new ListPage(
                List.of(
                        new ListItem(Golden.utf8("a"), Golden.utf8("1"), 7),
                        new ListItem(RAW, RAW, 8),
                        new ListItem(Golden.utf8("ü\n"), null, 9)),
                "Y3Vyc29y");
        var found = List.of(
                Golden.text(problem.toJson()),
                Golden.text(overloaded.toJson()),
                Golden.text(ResultsJson.batch(List.of(
                        new OperationResult.Stored(7, true),
                        new OperationResult.Found(Golden.utf8("1"), 7),
                        new OperationResult.Found(RAW, 7),
                        new OperationResult.Absent(),
                        new OperationResult.Deleted(8),
                        new OperationResult.Deleted(0),
                        new OperationResult.Failed(problem)))),
                Golden.text(ResultsJson.transaction(
                        new TransactionResult(true, 9, List.of(new OperationResult.Stored(9, false))))),
                Golden.text(ListJson.page(page, false)),
                Golden.text(ListJson.page(page, true)),
                Golden.text(ListJson.page(new ListPage(List.of(), null), false)),
                Golden.text(ListJson.count(12)),
                Golden.text(ListJson.line(new ListJson.Line.Item(page.items().getFirst()), false))
                        .strip(),
                Golden.text(ListJson.line(new ListJson.Line.End(3), false)).strip(),
                Golden.text(ListJson.line(new ListJson.Line.Failed(problem), false))
                        .strip(),
                Golden.text(KeyJson.stored(7, true)),
                Golden.text(KeyJson.deleted(8)),
                Golden.text(KeyJson.deleted(0)),
                Golden.text(KeyJson.deletedCount(3)));
        assertThat(found).isEqualTo(Golden.lines("answers.txt"));
        assertThat(overloaded.retryAfterSeconds()).hasValue(2);
    }

    @Test
    void ofABatchAreReadBack() {
        List<OperationResult> results = List.of(
                new OperationResult.Stored(7, true),
                new OperationResult.Found(RAW, 7),
                new OperationResult.Absent(),
                new OperationResult.Deleted(8),
                new OperationResult.Deleted(0),
                new OperationResult.Failed(
                        Problem.of(ProblemCode.OUTCOME_UNKNOWN, "lost").with(ProblemField.REASONS, List.of("a", "b"))));
        assertThat(ResultsJson.readBatch(ResultsJson.batch(results)))
                .usingRecursiveComparison()
                .isEqualTo(results);
    }

    @Test
    void ofATransactionAreReadBack() {
        var result = new TransactionResult(false, 0, List.of(new OperationResult.Absent()));
        assertThat(ResultsJson.readTransaction(ResultsJson.transaction(result))).isEqualTo(result);
    }

    @Test
    void ofAListAreReadBack() {
        var page = new ListPage(List.of(new ListItem(RAW, Golden.utf8("v"), 7)), "next");
        assertThat(ListJson.readPage(ListJson.page(page, false)))
                .usingRecursiveComparison()
                .isEqualTo(page);
        assertThat(ListJson.readNumber(ListJson.count(12), "count")).isEqualTo(12);
        assertThat(ListJson.readLine(ListJson.line(new ListJson.Line.End(3), false)))
                .isEqualTo(new ListJson.Line.End(3));
        assertThat(ListJson.readLine(
                        ListJson.line(new ListJson.Line.Item(page.items().getFirst()), true)))
                .usingRecursiveComparison()
                .isEqualTo(new ListJson.Line.Item(page.items().getFirst()));
    }

    @Test
    void problemsAreReadBackAndUnknownCodesKept() {
        var problem = Problem.of(ProblemCode.TIMEOUT, "after 5s")
                .executed(Executed.UNKNOWN)
                .with(ProblemField.EPOCH, 7);
        assertThat(ProblemJson.decode(problem.toJson())).isEqualTo(problem);
        var strange = ProblemJson.decode(
                Golden.utf8("{\"code\":\"on-fire\",\"detail\":\"hot\",\"executed\":\"no\",\"more\":{\"a\":[1]}}"));
        assertThat(strange.code()).isEqualTo(ProblemCode.INTERNAL);
        assertThat(strange.detail()).isEqualTo("(on-fire) hot");
        assertThat(strange.executed()).isEqualTo(Executed.NO);
        refused(ProblemCode.INVALID_JSON, () -> ProblemJson.decode(Golden.utf8("<html>")));
    }

    @Test
    void everyCodeHasItsOwnName() {
        for (ProblemCode code : ProblemCode.values()) {
            assertThat(ProblemCode.find(code.text())).contains(code);
            assertThat(code.urn()).isEqualTo("urn:concordkv:problem:" + code.text());
        }
    }

    @Test
    void cursorsKeepTheirTextAndParameters() throws IOException {
        var parameters = new ListParameters(
                Bytes.utf8("p"), Bytes.EMPTY, Bytes.utf8("z"), 50, true, true, false, true, new Consistency.Leader());
        var cursor = new Cursor(3, parameters, Bytes.wrap(RAW));
        assertThat(cursor.encode()).isEqualTo(Golden.text("cursor.txt"));
        assertThat(Cursor.decode(cursor.encode(), Limits.DEFAULT)).isEqualTo(cursor);
        assertThat(cursor.beyond()).isEqualTo(Bytes.wrap(RAW));
        var forward = new Cursor(3, ListParameters.ALL, Bytes.utf8("k"));
        assertThat(forward.lowest()).isEqualTo(Bytes.utf8("k\0"));
    }

    @Test
    void damagedCursorsAreRefused() {
        String text = new Cursor(3, ListParameters.ALL, Bytes.utf8("k")).encode();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String damaged = text.substring(0, i) + other + text.substring(i + 1);
            refused(ProblemCode.INVALID_CURSOR, () -> Cursor.decode(damaged, Limits.DEFAULT));
        }
        refused(ProblemCode.INVALID_CURSOR, () -> Cursor.decode("", Limits.DEFAULT));
        refused(ProblemCode.INVALID_CURSOR, () -> Cursor.decode("%%%", Limits.DEFAULT));
        refused(ProblemCode.INVALID_CURSOR, () -> Cursor.decode(text + "AAAA", Limits.DEFAULT));
    }
}
