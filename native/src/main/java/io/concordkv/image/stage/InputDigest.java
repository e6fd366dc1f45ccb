package io.concordkv.image.stage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.List;

/// What an ahead-of-time cache was made from, as one SHA-256: of every file below the cache's layer in
/// the order of layers and paths, its path, permissions, length and bytes; then of the JVM's flags.
public final class InputDigest {
    private InputDigest() {}

    /// @return `sha256:` and 64 hexadecimal digits
    public static String of(List<StagedFile> files, List<String> flags) throws IOException {
        MessageDigest digest = Digests.sha256();
        for (StagedFile file : files) {
            if (file.layer() == Layer.CACHE) {
                continue;
            }
            boolean plain = Files.isRegularFile(file.source());
            byte[] content = plain ? Files.readAllBytes(file.source()) : new byte[0];
            line(digest, file.path() + " " + Integer.toOctalString(file.permissions()) + " " + content.length);
            digest.update(content);
        }
        flags.forEach(flag -> line(digest, flag));
        return "sha256:" + Digests.hex(digest);
    }

    private static void line(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
