package io.concordkv.image.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the layers are made of, and what their digest depends on.
class StagedRootTest {
    private static final List<String> FLAGS = List.of("-Xmx1m");

    @TempDir
    Path folder;

    @Test
    void filesAreListedByLayerAndPathWhateverTheOrderTheyCameIn() throws IOException {
        var root = staged("root");
        assertThat(root.files())
                .extracting(StagedFile::path)
                .containsExactly("/etc/passwd", "/tmp", "/jre/bin/java", "/app/lib/a.jar", "/app/run.jar");
        assertThat(root.files()).extracting(StagedFile::permissions).containsExactly(0_644, 0_777, 0_755, 0_644, 0_644);
        assertThat(root.bytes(Layer.APPLICATION)).isEqualTo(3);
    }

    @Test
    void everyFileHasTheSameWholeSecond() throws IOException {
        for (StagedFile file : staged("root").files()) {
            assertThat(Files.getLastModifiedTime(file.source()).toInstant()).isEqualTo(StagedRoot.TIME);
        }
    }

    @Test
    void theDigestOfTheInputsDoesNotDependOnThePlaceOrTheCache() throws IOException {
        var one = staged("one");
        var two = staged("two").moveTo(folder.resolve("three"));
        two.write(Layer.CACHE, "/app/x.aot", text("cache"));
        assertThat(InputDigest.of(one.files(), FLAGS))
                .matches("sha256:[0-9a-f]{64}")
                .isEqualTo(InputDigest.of(two.files(), FLAGS));
    }

    @Test
    void theDigestOfTheInputsDependsOnEveryFileAndFlag() throws IOException {
        var root = staged("root");
        String before = InputDigest.of(root.files(), FLAGS);
        assertThat(InputDigest.of(root.files(), List.of("-Xmx2m"))).isNotEqualTo(before);
        Files.writeString(root.at("/app/run.jar"), "ruN");
        assertThat(InputDigest.of(root.files(), FLAGS)).isNotEqualTo(before);
    }

    private StagedRoot staged(String name) throws IOException {
        var root = StagedRoot.in(folder.resolve(name));
        root.write(Layer.APPLICATION, "/app/run.jar", text("run"));
        root.write(Layer.LIBRARIES, "/app/lib/a.jar", text("a"));
        Path java = Files.writeString(folder.resolve("java"), "#!");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        root.copy(Layer.RUNTIME, java, "/jre/bin/java");
        root.directory(Layer.SYSTEM, "/tmp", 0_777, 0);
        root.write(Layer.SYSTEM, "/etc/passwd", text("root"));
        return root;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
