package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ByteReader;
import io.concordkv.base.NodeId;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.FrameKind;
import io.concordkv.shard.peer.Preface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/// Writes the folder of the present format version, once, when that version is made. Everything comes
/// from one seed: a second run of the same code writes the same bytes. Its name keeps it out of the usual
/// run: it is run by name, `-Dtest=GoldenWriter`.
class GoldenWriter {
    private static final long SEED = 20_260_101;
    private static final int FRAME_BYTES_MAX = 2_000;

    /// Frames of a run, the first of each combination of kinds.
    private static final class Capture {
        private final Map<String, GoldenFrame> first = new LinkedHashMap<>();
        private final Map<String, Integer> services = new HashMap<>();

        void sent(NodeId from, NodeId to, int use, byte[] bytes) {
            GoldenFrame frame = new GoldenFrame(use, service(from, to, use, bytes), bytes);
            if (bytes.length <= FRAME_BYTES_MAX) {
                first.putIfAbsent(use + " " + frame.service() + " " + GoldenKinds.of(frame), frame);
            }
        }

        /// A reply does not say what was asked.
        private int service(NodeId from, NodeId to, int use, byte[] bytes) {
            if (use != Preface.BULK) {
                return 0;
            }
            ByteReader in = new ByteReader(bytes);
            in.u8();
            return switch (BulkFrame.decode(FrameKind.of(in.u8()), in)) {
                case BulkFrame.Request it -> {
                    services.put(from + " " + to + " " + it.id(), it.service());
                    yield it.service();
                }
                case BulkFrame.Reply it -> services.getOrDefault(to + " " + from + " " + it.id(), 0);
                default -> 0;
            };
        }
    }

    @Test
    void writesTheFolderOfThePresentVersion() throws IOException {
        Path folder = Path.of("src/test/resources/golden", GoldenFolder.PRESENT.version());
        assertThat(folder.resolve(GoldenFolder.VOLUMES))
                .as("a stored version is never written again")
                .doesNotExist();
        Capture capture = new Capture();
        GoldenWorld golden = GoldenWorld.founded(SEED, capture::sent);
        SortedMap<String, SimulatedDisk> volumes = GoldenScenario.live(golden);
        List<String> contents = new ArrayList<>(GoldenContents.ofVolumes(volumes));
        byte[] zip = GoldenFolder.zip(volumes);
        GoldenWorld again = GoldenWorld.on(volumes);
        contents.addAll(GoldenContents.ofCluster(again));
        again.end();

        List<String> frames = new ArrayList<>();
        GoldenSpecimens.all().forEach(it -> frames.add(it.text()));
        capture.first.values().forEach(it -> frames.add(it.text()));
        Files.createDirectories(folder);
        Files.write(folder.resolve(GoldenFolder.VOLUMES), zip);
        Files.writeString(folder.resolve(GoldenFolder.CONTENTS), String.join("\n", contents) + "\n");
        Files.writeString(folder.resolve(GoldenFolder.FRAMES), String.join("\n", frames));
    }
}
