package io.concordkv.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    private static final String HOME = "concord.home";

    @TempDir
    Path home;

    private String before;

    @BeforeEach
    void useThisHome() {
        before = System.getProperty(HOME, "");
        System.setProperty(HOME, home.toString());
    }

    @AfterEach
    void useTheOldHome() {
        System.setProperty(HOME, before);
    }

    /// On the command line it would win over `JDK_JAVA_OPTIONS` of a pod.
    @Test
    void howMuchMemoryJavaTakesStandsInTheEnvironment() throws IOException {
        Path flags = home.resolve("kv-node/server/jvm-flags");
        Files.createDirectories(flags.getParent());
        Files.writeString(flags, "# of the image\n-XX:+UseSerialGC\n-Xmx192m\n");

        var image = Installation.find().images().images().get("concordkv/node");

        assertThat(image.environment()).containsEntry("JDK_JAVA_OPTIONS", "-Xmx192m");
        assertThat(image.command()).contains("-XX:+UseSerialGC").noneMatch(word -> word.startsWith("-Xmx"));
    }
}
