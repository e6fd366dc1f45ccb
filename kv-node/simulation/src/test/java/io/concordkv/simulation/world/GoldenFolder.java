package io.concordkv.simulation.world;

import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// The files of one format version under `golden/`: the volumes of three nodes, what is in them, and the
/// frames nodes of that version sent each other.
record GoldenFolder(String version) {
    /// What this build writes.
    static final GoldenFolder PRESENT = new GoldenFolder("v7");
    /// Every version that must be understood; a new one is added here, an old one never goes.
    static final List<GoldenFolder> ALL = List.of(
            new GoldenFolder("v1"),
            new GoldenFolder("v2"),
            new GoldenFolder("v3"),
            new GoldenFolder("v4"),
            new GoldenFolder("v5"),
            new GoldenFolder("v6"),
            PRESENT);

    static final String VOLUMES = "volumes.zip";
    static final String CONTENTS = "contents.txt";
    static final String FRAMES = "frames.txt";

    byte[] bytes(String name) throws IOException {
        try (InputStream in = GoldenFolder.class.getResourceAsStream("/golden/" + version + "/" + name)) {
            if (in == null) {
                throw new IOException("golden/" + version + "/" + name + " is missing: see the README of simulation");
            }
            return in.readAllBytes();
        }
    }

    String text(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /// Contents by path `node/file`.
    SortedMap<String, byte[]> files() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes(VOLUMES)))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    /// A volume each node, by name.
    SortedMap<String, SimulatedDisk> volumes() throws IOException {
        SortedMap<String, SimulatedDisk> disks = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : files().entrySet()) {
            String node = file.getKey().substring(0, file.getKey().indexOf('/'));
            SimulatedDisk disk = disks.computeIfAbsent(node, it -> new SimulatedDisk(new SplittableRandom(1)));
            write(disk, file.getKey().substring(node.length() + 1), file.getValue());
        }
        return disks;
    }

    static void write(Disk disk, String path, byte[] bytes) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            disk.createDirectories(path.substring(0, slash));
        }
        try (DiskFile file = disk.create(path)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
        disk.syncDirectory(slash > 0 ? path.substring(0, slash) : "");
    }

    /// Equal volumes give equal bytes.
    static byte[] zip(SortedMap<String, SimulatedDisk> disks) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, SimulatedDisk> volume : disks.entrySet()) {
                List<String> paths = new ArrayList<>(volume.getValue().files());
                paths.sort(null);
                for (String path : paths) {
                    ZipEntry entry = new ZipEntry(volume.getKey() + "/" + path);
                    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                    zip.putNextEntry(entry);
                    zip.write(read(volume.getValue(), path));
                    zip.closeEntry();
                }
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] read(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            byte[] bytes = new byte[(int) file.size()];
            file.read(ByteBuffer.wrap(bytes), 0);
            return bytes;
        }
    }
}
