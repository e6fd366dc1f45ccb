package io.concordkv.tools.kv;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.wire.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/// Keys and values for people and for JSON.
public final class Text {
    private Text() {}

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// UTF-8 when printable, else hexadecimal behind `0x`.
    public static String printable(byte[] bytes) {
        boolean isText = Utf8.isValid(bytes, 0, bytes.length);
        for (int i = 0; isText && i < bytes.length; i++) {
            isText = (bytes[i] & 0xff) >= 0x20 && bytes[i] != 0x7f;
        }
        return isText
                ? new String(bytes, StandardCharsets.UTF_8)
                : "0x" + HexFormat.of().formatHex(bytes);
    }

    /// As the interface does it: `name`, or `name64` when the bytes are not UTF-8.
    public static void put(ObjectNode node, String name, byte[] bytes) {
        if (Utf8.isValid(bytes, 0, bytes.length)) {
            node.put(name, new String(bytes, StandardCharsets.UTF_8));
        } else {
            node.put(name + "64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
