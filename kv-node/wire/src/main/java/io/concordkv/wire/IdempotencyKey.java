package io.concordkv.wire;

import io.concordkv.base.ByteWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The caller's name for one write (API §1) and what it must not be reused for.
public final class IdempotencyKey {
    private static final int FINGERPRINT_BYTES = 16;

    private IdempotencyKey() {}

    /// @return the key itself
    /// @throws ProblemException `invalid-argument` unless 1 to 128 printable ASCII characters
    public static String check(String key) {
        if (key.isEmpty()) {
            throw bad("it is empty");
        }
        if (key.length() > Limits.IDEMPOTENCY_KEY_CHARS_MAX) {
            throw bad("it has " + key.length());
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) < 0x20 || key.charAt(i) >= 0x7f) {
                throw bad("character " + (i + 1) + " is another");
            }
        }
        return key;
    }

    private static ProblemException bad(String what) {
        return Problem.invalidArgument("Idempotency-Key: want 1 to " + Limits.IDEMPOTENCY_KEY_CHARS_MAX
                        + " printable ASCII characters, but " + what)
                .asException();
    }

    /// What makes two requests the same: method, keyspace, decoded key, query without `timeout`,
    /// conditional headers and body.
    ///
    /// @param key empty for calls without one
    /// @return 16 bytes: the head of a SHA-256
    public static byte[] fingerprint(
            String method, String keyspace, byte[] key, Query query, Preconditions conditions, byte[] body) {
        ByteWriter head = new ByteWriter(128 + key.length);
        head.text(method).text(keyspace).blob(key).blob(query.meaning());
        head.text(conditions.ifMatch().text()).text(conditions.ifNoneMatch().text());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(head.array(), 0, head.size());
            digest.update(body);
            return Arrays.copyOf(digest.digest(), FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
