package io.concordkv.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is noticed when the sources of a native executable are not complete.
class NativeSourcesTest {
    private static final NativeSources WANTED = new NativeSources("module", List.of("-H:+Arena"), List.of("a/A.class"));
    private static final String GENERATED = "META-INF/native-image/reachability-metadata.json";

    @TempDir
    Path folder;

    @Test
    void completeSourcesHaveNoProblem() throws IOException {
        Files.writeString(folder.resolve("native-image.args"), "-H:+Arena -jar app-runner.jar app-runner");
        runner(Map.of("a/A.class", "", GENERATED, "{\"type\":\"io.quarkus.runner.ApplicationImpl\"}"));
        assertThat(WANTED.problems(folder)).isEmpty();
    }

    @Test
    void everythingThatIsMissingIsNamed() throws IOException {
        Files.writeString(folder.resolve("native-image.args"), "-jar app-runner.jar app-runner");
        runner(Map.of("b/B.class", ""));
        assertThat(WANTED.problems(folder))
                .hasSize(3)
                .anyMatch(problem -> problem.contains("lacks -H:+Arena"))
                .anyMatch(problem -> problem.contains("lacks a/A.class"))
                .anyMatch(problem -> problem.contains("no generated reachability metadata"));
    }

    @Test
    void anEmptyFolderHasNoRunner() throws IOException {
        assertThat(WANTED.problems(folder.resolve("absent")))
                .anyMatch(problem -> problem.contains("want one runner jar"));
    }

    private void runner(Map<String, String> entries) throws IOException {
        try (var out = new ZipOutputStream(Files.newOutputStream(folder.resolve("app-runner.jar")))) {
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
    }
}
