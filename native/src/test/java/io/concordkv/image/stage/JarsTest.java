package io.concordkv.image.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two builds of the same classes give the same jar.
class JarsTest {
    @TempDir
    Path folder;

    @Test
    void orderTimesAndCompressionDoNotMatter() throws IOException {
        Path one = jar("one.jar", 0, "2020-01-01T00:00:00Z", "b/B.class", "a/A.class", "META-INF/MANIFEST.MF");
        Path two = jar("two.jar", 9, "2026-11-21T12:34:56Z", "META-INF/MANIFEST.MF", "a/", "a/A.class", "b/B.class");
        assertThat(Jars.normalised(one)).isEqualTo(Jars.normalised(two));
    }

    @Test
    void theManifestComesFirstAndContentStays() throws IOException {
        Path jar = jar("one.jar", 9, "2020-01-01T00:00:00Z", "a/A.class", "META-INF/MANIFEST.MF");
        Path normal = Files.write(folder.resolve("normal.jar"), Jars.normalised(jar));
        try (JarFile read = new JarFile(normal.toFile())) {
            assertThat(read.stream().map(ZipEntry::getName)).containsExactly("META-INF/MANIFEST.MF", "a/A.class");
            assertThat(read.getInputStream(read.getEntry("a/A.class"))).hasContent("content of a/A.class");
        }
    }

    @Test
    void aLauncherNamesItsMainClassAndJars() throws IOException {
        byte[] bytes = Jars.launcher("x.Main", List.of("own/x.jar", "lib/y.jar"));
        assertThat(Jars.launcher("x.Main", List.of("own/x.jar", "lib/y.jar"))).isEqualTo(bytes);
        try (JarFile read =
                new JarFile(Files.write(folder.resolve("l.jar"), bytes).toFile())) {
            var attributes = read.getManifest().getMainAttributes();
            assertThat(attributes.getValue("Main-Class")).isEqualTo("x.Main");
            assertThat(attributes.getValue("Class-Path")).isEqualTo("own/x.jar lib/y.jar");
        }
    }

    private Path jar(String name, int level, String time, String... entries) throws IOException {
        Path jar = folder.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.setLevel(level);
            for (String each : entries) {
                ZipEntry entry = new ZipEntry(each);
                entry.setLastModifiedTime(FileTime.from(Instant.parse(time)));
                out.putNextEntry(entry);
                out.write(each.endsWith("/") ? new byte[0] : content(each));
                out.closeEntry();
            }
        }
        return jar;
    }

    private static byte[] content(String entry) {
        return (entry.endsWith("MF") ? "Manifest-Version: 1.0\n" : "content of " + entry).getBytes();
    }
}
