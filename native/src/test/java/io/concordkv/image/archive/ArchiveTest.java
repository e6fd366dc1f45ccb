package io.concordkv.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.image.ImageRecipe;
import io.concordkv.image.ImageRecipe.Kind;
import io.concordkv.image.archive.ArchiveSummary.LayerSummary;
import io.concordkv.image.stage.Layer;
import io.concordkv.image.stage.StagedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A small image, written and read back.
class ArchiveTest {
    private static final ImageRecipe RECIPE = new ImageRecipe(
            Kind.NODE,
            "Title",
            "Description",
            List.of("java.base"),
            List.of("-XX:+UseSerialGC"),
            "run.jar",
            Map.of("LANG", "C.UTF-8"),
            List.of(8080));
    private static final Instant COMMITTED = Instant.parse("2026-11-20T10:00:00Z");

    @TempDir
    Path folder;

    @Test
    void theConfigurationSaysWhoRunsWhat() throws IOException {
        ArchiveSummary archive = write("one", "cache");
        JsonNode config = archive.config();
        assertThat(archive.tags()).containsExactlyInAnyOrder("concordkv/node:latest", "concordkv/node:1.0");
        assertThat(config.at("/config/User").asText()).isEqualTo("10001:10001");
        assertThat(config.at("/config/WorkingDir").asText()).isEqualTo("/app");
        assertThat(config.at("/config/Entrypoint").get(0).asText()).isEqualTo("/jre/bin/java");
        assertThat(config.at("/config/Env").get(0).asText()).isEqualTo("LANG=C.UTF-8");
        assertThat(config.at("/config/ExposedPorts").has("8080/tcp")).isTrue();
        assertThat(config.path("os").asText()).isEqualTo("linux");
        assertThat(config.path("created").asText()).isEqualTo(COMMITTED.toString());
        JsonNode labels = config.at("/config/Labels");
        assertThat(labels.path("org.opencontainers.image.revision").asText()).isEqualTo("abc");
        assertThat(labels.path("org.opencontainers.image.version").asText()).isEqualTo("1.0");
        assertThat(labels.path("io.concordkv.aot.inputs").asText()).isEqualTo("sha256:feed");
    }

    @Test
    void everyLayerButTheLastHasTheSameBytesInEveryBuild() throws IOException {
        List<LayerSummary> one = write("one", "cache").layers();
        List<LayerSummary> two = write("elsewhere", "another cache").layers();
        assertThat(one).extracting(LayerSummary::layer).containsExactly(Layer.values());
        assertThat(two.subList(0, 4)).isEqualTo(one.subList(0, 4));
        assertThat(two.getLast().digest()).isNotEqualTo(one.getLast().digest());
    }

    @Test
    void sizesAreThoseOfTheFile() throws IOException {
        ArchiveSummary archive = write("one", "cache");
        assertThat(archive.compressedBytes()).isBetween(100L, Files.size(archive.file()));
        assertThat(archive.layers()).allMatch(layer -> layer.digest().matches("sha256:[0-9a-f]{64}"));
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Path tar = folder.resolve("x.tar");
        try (var out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
            out.finish();
        }
        assertThatThrownBy(() -> ArchiveSummary.read(tar)).hasMessageContaining("want 5 layers, found 0");
    }

    @Test
    void processorsHaveTheNamesOfTheOpenContainerInitiative() {
        assertThat(ImageConfig.architecture("amd64")).isEqualTo("amd64");
        assertThat(ImageConfig.architecture("aarch64")).isEqualTo("arm64");
    }

    private ArchiveSummary write(String name, String cache) throws IOException {
        var root = StagedRoot.in(folder.resolve(name));
        root.directory(Layer.SYSTEM, "/tmp", 0_1777, 0);
        root.write(Layer.RUNTIME, "/jre/bin/java", text("java"));
        root.write(Layer.LIBRARIES, "/app/lib/a.jar", text("library"));
        root.write(Layer.APPLICATION, "/app/run.jar", text("application"));
        root.write(Layer.CACHE, "/app/node.aot", text(cache));
        Path tar = folder.resolve(name + ".tar");
        var facts = new ImageFacts("1.0", "abc", COMMITTED, "sha256:feed");
        ArchiveWriter.write(RECIPE, facts, root.files(), folder.resolve(name + "-work"), tar);
        return ArchiveSummary.read(tar);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
