package io.concordkv.local.builtin;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;

/// What `kubectl explain` says about built-in types, by `Class` or `Class.field`; in the resource
/// file `descriptions.properties`.
final class Descriptions {
    private static final Properties TEXTS = load();

    private Descriptions() {}

    static Optional<String> of(String key) {
        return Optional.ofNullable(TEXTS.getProperty(key));
    }

    private static Properties load() {
        Properties texts = new Properties();
        try (InputStream file = Descriptions.class.getResourceAsStream("descriptions.properties")) {
            if (file == null) {
                throw new IOException("descriptions.properties is not on the class path");
            }
            texts.load(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
