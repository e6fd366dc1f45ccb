package io.concordkv.image.stage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Jars whose bytes depend on their content alone: entries in the order of their names, the manifest
/// first, each with the same time and nothing beside.
public final class Jars {
    /// What Quarkus calls the jar with its generated classes.
    private static final String GENERATED = "generated-bytecode.jar";

    private static final LocalDateTime TIME = LocalDateTime.ofInstant(StagedRoot.TIME, ZoneOffset.UTC);

    private Jars() {}

    /// The same entries, in bytes that do not tell when and where the jar was made.
    public static byte[] normalised(Path jar) throws IOException {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        try (ZipFile in = new ZipFile(jar.toFile())) {
            for (ZipEntry entry :
                    in.stream().filter(each -> !each.isDirectory()).toList()) {
                entries.put(entry.getName(), in.getInputStream(entry).readAllBytes());
            }
        }
        if (jar.getFileName().toString().equals(GENERATED)) {
            entries = GeneratedCode.canonical(entries);
        }
        return zip(entries);
    }

    /// A jar with nothing but a manifest that names the main class and the jars it needs.
    ///
    /// @param classPath relative to the jar
    public static byte[] launcher(String mainClass, List<String> classPath) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
        manifest.getMainAttributes().put(new Attributes.Name("Enable-Native-Access"), "ALL-UNNAMED");
        var text = new ByteArrayOutputStream();
        manifest.write(text);
        return zip(new TreeMap<>(Map.of(JarFile.MANIFEST_NAME, text.toByteArray())));
    }

    private static byte[] zip(SortedMap<String, byte[]> entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            byte[] manifest = entries.get(JarFile.MANIFEST_NAME);
            if (manifest != null) {
                put(out, JarFile.MANIFEST_NAME, manifest);
            }
            for (var entry : entries.entrySet()) {
                if (!entry.getKey().equals(JarFile.MANIFEST_NAME)) {
                    put(out, entry.getKey(), entry.getValue());
                }
            }
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream out, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }
}
