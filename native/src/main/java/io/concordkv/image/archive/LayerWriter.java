package io.concordkv.image.archive;

import io.concordkv.image.stage.Digests;
import io.concordkv.image.stage.Layer;
import io.concordkv.image.stage.StagedFile;
import io.concordkv.image.stage.StagedRoot;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Writes one layer: a compressed tar whose bytes depend on the staged files alone. Entries lie in the
/// order of their paths, carry the files' whole-second times, numeric owners and nothing else of this machine.
final class LayerWriter {
    private LayerWriter() {}

    /// @param diffId   SHA-256 of the tar
    /// @param fileName in the archive: SHA-256 of the compressed tar and `.tar.gz`
    record Written(Layer layer, Path file, String diffId, String fileName) {}

    /// @param folder gets the file
    static Written write(Layer layer, List<StagedFile> files, Path folder) throws IOException {
        Path file = folder.resolve(layer.name() + ".tar.gz");
        var tarDigest = Digests.sha256();
        var fileDigest = Digests.sha256();
        try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file));
                OutputStream compressed = new GZIPOutputStream(new DigestOutputStream(raw, fileDigest));
                var tar = new TarArchiveOutputStream(
                        new DigestOutputStream(compressed, tarDigest), StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (String parent : parents(files)) {
                put(tar, parent + "/", 0, StagedFile.DIRECTORY, 0);
                tar.closeArchiveEntry();
            }
            for (StagedFile each : files) {
                if (Files.isDirectory(each.source())) {
                    put(tar, each.path() + "/", 0, each.permissions(), each.owner());
                } else {
                    put(tar, each.path(), Files.size(each.source()), each.permissions(), each.owner());
                    Files.copy(each.source(), tar);
                }
                tar.closeArchiveEntry();
            }
        }
        return new Written(layer, file, Digests.hex(tarDigest), Digests.hex(fileDigest) + ".tar.gz");
    }

    /// Directories that are not entries of their own, from the top.
    private static TreeSet<String> parents(List<StagedFile> files) {
        var parents = new TreeSet<String>();
        for (StagedFile file : files) {
            int slash = file.path().lastIndexOf('/');
            while (slash > 0) {
                parents.add(file.path().substring(0, slash));
                slash = file.path().lastIndexOf('/', slash - 1);
            }
        }
        files.forEach(file -> parents.remove(file.path()));
        return parents;
    }

    private static void put(TarArchiveOutputStream tar, String path, long size, int permissions, int owner)
            throws IOException {
        var entry = new TarArchiveEntry(path.substring(1));
        entry.setSize(size);
        entry.setMode(permissions);
        entry.setIds(owner, owner);
        entry.setNames("", "");
        entry.setModTime(StagedRoot.TIME.toEpochMilli());
        tar.putArchiveEntry(entry);
    }
}
