package io.concordkv.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.image.ImageRecipe.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What each image is started with.
class RecipesTest {
    @Test
    void aNodeTakesTheFlagsOfEveryNodeButItsHeapFromThePod() {
        var recipe = Recipes.node(JvmFlags.in(List.of("# a comment", "-XX:+UseSerialGC", "", "-Xmx192m", "-Dx=y")));
        assertThat(recipe.entryPoint())
                .containsExactly(
                        "/jre/bin/java",
                        "-XX:+UseSerialGC",
                        "-Dx=y",
                        "-XX:AOTCache=/app/node.aot",
                        "-jar",
                        "/app/quarkus-run.jar");
        assertThat(recipe.environment()).containsEntry("JDK_JAVA_OPTIONS", "-Xmx192m");
    }

    @Test
    void theFlagsOfThisCloneNameAHeap() throws IOException {
        Path home = Path.of("").toAbsolutePath().getParent();
        var recipe = Recipes.of(Kind.NODE, home);
        assertThat(recipe.environment().get("JDK_JAVA_OPTIONS")).matches("-Xmx\\d+m");
        assertThat(recipe.flags()).noneMatch(flag -> flag.startsWith("-Xmx")).contains("-XX:+UseSerialGC");
    }

    @Test
    void theOperatorListensOnAllAddressesOfItsPod() {
        assertThat(Recipes.operator().environment())
                .containsEntry("CONCORD_OPERATOR_HOST", "0.0.0.0")
                .containsEntry("JDK_JAVA_OPTIONS", "-Xmx192m");
    }

    @Test
    void theCommandLinesStandardOutputIsTheAnswerOnly() {
        assertThat(Recipes.commandLine().flags()).contains("-Xlog:disable", "-Xlog:all=warning:stderr");
        assertThat(Recipes.commandLine().environment()).doesNotContainKey("JDK_JAVA_OPTIONS");
    }

    @Test
    void wrongUsageIsSaid() {
        assertThat(ImagesCommand.commandLine().execute("--only", "nodes")).isEqualTo(2);
    }

    @Test
    void aFolderWithoutGitHasNoRevision(@org.junit.jupiter.api.io.TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("pom.xml"), "<artifactId>concordkv</artifactId>\n <version>1.2</version>");
        assertThat(Sources.of(folder)).isEqualTo(new Sources("1.2", "unknown", java.time.Instant.EPOCH));
    }

    @Test
    void sourcesThatGitDoesNotKnowMakeARevisionDirty(@org.junit.jupiter.api.io.TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("pom.xml"), "<artifactId>concordkv</artifactId>\n <version>1.2</version>");
        String clone = folder.toString();
        Programs.output(List.of("git", "-C", clone, "init", "-q"));
        Programs.output(List.of("git", "-C", clone, "add", "pom.xml"));
        Programs.output(List.of(
                "git",
                "-C",
                clone,
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "commit",
                "-q",
                "--no-gpg-sign",
                "-m",
                "a"));
        Files.writeString(folder.resolve("notes.txt"), "not built");
        assertThat(Sources.of(folder).revision()).matches("[0-9a-f]{40}");
        Path source =
                Files.createDirectories(folder.resolve("module/src/main/java")).resolve("A.java");
        Files.writeString(source, "class A {}");
        assertThat(Sources.of(folder).revision()).matches("[0-9a-f]{40}-dirty");
    }
}
