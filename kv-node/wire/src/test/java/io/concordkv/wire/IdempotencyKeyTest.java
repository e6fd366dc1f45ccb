package io.concordkv.wire;

import static io.concordkv.wire.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {
    private static String fingerprint(String method, String key, String query, String ifMatch, String body) {
        return HexFormat.of()
                .formatHex(IdempotencyKey.fingerprint(
                        method,
                        "default",
                        Golden.utf8(key),
                        Query.parse(query, 0),
                        Preconditions.forWrite(ifMatch, null),
                        Golden.utf8(body)));
    }

    @Test
    void hasOneTo128PrintableCharacters() {
        assertThat(IdempotencyKey.check("a b-1")).isEqualTo("a b-1");
        IdempotencyKey.check("x".repeat(128));
        assertThat(refusedKey("")).endsWith("but it is empty");
        assertThat(refusedKey("x".repeat(129))).endsWith("but it has 129");
        assertThat(refusedKey("a\tb")).endsWith("but character 2 is another");
        assertThat(refusedKey("ä")).endsWith("but character 1 is another");
    }

    private static String refusedKey(String key) {
        return refused(ProblemCode.INVALID_ARGUMENT, () -> IdempotencyKey.check(key))
                .detail();
    }

    @Test
    void aBoundIsNamedAsItWasWritten() {
        assertThat(refused(ProblemCode.INVALID_ARGUMENT, () -> Consistency.parse("bounded:-5s"))
                        .detail())
                .startsWith("consistency=bounded:-5s: want a whole number");
        assertThat(refused(ProblemCode.INVALID_ARGUMENT, () -> Consistency.parse("bounded:0s"))
                        .detail())
                .startsWith("consistency=bounded:0s: 1ms to ");
    }

    @Test
    void fingerprintsDifferInEverythingButTheTimeout() throws IOException {
        String one = fingerprint("PUT", "k", "ttl=30s", "\"7\"", "v");
        assertThat(one).isEqualTo(Golden.text("fingerprint.txt"));
        assertThat(fingerprint("PUT", "k", "timeout=1s&ttl=30s", "\"7\"", "v")).isEqualTo(one);
        assertThat(fingerprint("DELETE", "k", "ttl=30s", "\"7\"", "v")).isNotEqualTo(one);
        assertThat(fingerprint("PUT", "l", "ttl=30s", "\"7\"", "v")).isNotEqualTo(one);
        assertThat(fingerprint("PUT", "k", "ttl=31s", "\"7\"", "v")).isNotEqualTo(one);
        assertThat(fingerprint("PUT", "k", "ttl=30s", "\"8\"", "v")).isNotEqualTo(one);
        assertThat(fingerprint("PUT", "k", "ttl=30s", "\"7\"", "w")).isNotEqualTo(one);
    }

    @Test
    void durationsAreWrittenAsRead() {
        for (String text : new String[] {"250ms", "30s", "5m", "2h", "7d", "90s", "0ms"}) {
            long millis = Durations.parseMillis("x", text, 0, Long.MAX_VALUE);
            assertThat(Durations.parseMillis("x", Durations.format(millis), 0, Long.MAX_VALUE))
                    .isEqualTo(millis);
        }
        assertThat(Durations.format(120_000)).isEqualTo("2m");
    }

    @Test
    void utf8IsCheckedExactly() {
        String[] bad = {"c080", "c1bf", "e08080", "eda080", "f08080af", "f4908080", "f5808080", "80", "c2", "e282", "ff"
        };
        for (String hex : bad) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            assertThat(Utf8.isValid(bytes, 0, bytes.length)).as(hex).isFalse();
        }
        byte[] good = Golden.utf8("plain text of some length, ä€😀\u0000\uffff");
        assertThat(Utf8.isValid(good, 0, good.length)).isTrue();
    }
}
