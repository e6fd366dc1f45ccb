package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonToken;
import java.nio.charset.StandardCharsets;

/// The short answers of single keys, written by hand: they are on the hot path.
public final class KeyJson {
    private KeyJson() {}

    /// `{"revision":"7","created":true}`
    public static byte[] stored(long revision, boolean created) {
        return ascii("{\"revision\":\"" + revision + "\",\"created\":" + created + "}");
    }

    /// `{"deleted":true,"revision":"8"}`, or only `{"deleted":false}`.
    ///
    /// @param revision 0 when the key was not there
    public static byte[] deleted(long revision) {
        return revision == 0
                ? ascii("{\"deleted\":false}")
                : ascii("{\"deleted\":true,\"revision\":\"" + revision + "\"}");
    }

    /// `{"deleted":3}` of a range delete.
    public static byte[] deletedCount(long count) {
        return ascii("{\"deleted\":" + count + "}");
    }

    /// Reads what [#deleted] writes.
    ///
    /// @throws ProblemException `invalid-json`
    public static OperationResult.Deleted readDeleted(byte[] json) {
        return Json.read(json, in -> {
            long revision = 0;
            Json.expect(in, JsonToken.START_OBJECT, "an answer object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                if (name.equals("revision")) {
                    revision = Math.max(0, Decimal.parse(in.getText()));
                }
            }
            return new OperationResult.Deleted(revision);
        });
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
