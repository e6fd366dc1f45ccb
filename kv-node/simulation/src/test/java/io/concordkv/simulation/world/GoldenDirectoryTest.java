package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.FileDisk;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.node.OpenedVolume;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.wal.WalInspector;
import io.concordkv.wal.WalOptions;
import io.concordkv.wal.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Volumes that earlier versions wrote are opened by today's code, hold what they held, and take more.
class GoldenDirectoryTest {
    @Test
    void theLogsOfStoredVolumesAreSoundOnARealDisk(@TempDir Path folder) throws IOException {
        for (GoldenFolder golden : GoldenFolder.ALL) {
            for (Map.Entry<String, byte[]> file : golden.files().entrySet()) {
                String path = file.getKey();
                String node = golden.version() + "/" + path.substring(0, path.indexOf('/'));
                try (Disk disk = FileDisk.open(folder.resolve(node))) {
                    GoldenFolder.write(disk, path.substring(path.indexOf('/') + 1), file.getValue());
                }
            }
            for (String node : golden.volumes().keySet()) {
                try (Disk disk = FileDisk.open(folder.resolve(golden.version()).resolve(node))) {
                    WalInspector.Verdict verdict = WalInspector.verify(disk, "wal");
                    assertThat(verdict.isSound()).as(verdict.toString()).isTrue();
                    assertThat(verdict.groups()).hasSizeGreaterThanOrEqualTo(4);
                    OpenedVolume opened = OpenedVolume.open(disk, WalOptions.small(), new SplittableRandom(4));
                    assertThat(opened.wal().recovery().damaged()).isEmpty();
                    opened.wal().close();
                }
            }
        }
    }

    @Test
    void everyKindOfRecordOfAHealthyNodeIsInAStoredLog() throws IOException {
        SortedSet<String> missing = new TreeSet<>();
        for (Class<?> kind : WalRecord.class.getPermittedSubclasses()) {
            missing.add(kind.getSimpleName());
        }
        missing.removeAll(List.of("GroupDamaged", "CompactPrefix")); // not of a healthy node: golden segment of wal
        for (GoldenFolder golden : GoldenFolder.ALL) {
            for (SimulatedDisk disk : golden.volumes().values()) {
                WalInspector.dump(disk, "wal", sight -> {
                    if (sight instanceof WalInspector.Sight.Frame frame) {
                        frame.records().forEach(it -> missing.remove(it.replaceFirst("\\[.*", "")));
                    }
                });
            }
        }
        assertThat(missing)
                .as("kinds of WAL records that no stored volume holds: store volumes of the next version that do")
                .isEmpty();
    }

    @Test
    void aClusterStartsOnStoredVolumesWithAllTheyHeld() throws IOException {
        for (GoldenFolder folder : GoldenFolder.ALL) {
            List<String> lines = new ArrayList<>(GoldenContents.ofVolumes(folder.volumes()));
            GoldenWorld golden = GoldenWorld.on(folder.volumes());
            lines.addAll(GoldenContents.ofCluster(golden));
            assertThat(lines)
                    .as("what %s holds", folder.version())
                    .containsExactlyElementsOf(
                            folder.text(GoldenFolder.CONTENTS).lines().toList());
            remembersAnswers(golden, folder);
            takesWrites(golden);
            makesKeyspaces(golden);
            golden.end();
        }
    }

    private static void remembersAnswers(GoldenWorld golden, GoldenFolder folder) throws IOException {
        ShardId shard = golden.shardOf(GoldenScenario.DEFAULT, bytes("remembered"));
        long first = GoldenScenario.revision(golden.call(2, shard, GoldenScenario.remembered()));
        assertThat(folder.text(GoldenFolder.CONTENTS))
                .contains("\"remembered\" = \"once\" revision " + first + " created " + first + " version 1 ");
        Idempotency other = new Idempotency(bytes("golden-1"), new byte[Idempotency.FINGERPRINT_BYTES]);
        assertThat(golden.call(3, shard, GoldenScenario.put("remembered", "twice", 0, Optional.of(other))))
                .isEqualTo(new ShardAnswer.Written(new CommandResult.Mismatch()));
    }

    private static void takesWrites(GoldenWorld golden) {
        for (String keyspace : List.of(GoldenScenario.DEFAULT, GoldenScenario.LEDGER)) {
            ShardId shard = golden.shardOf(keyspace, bytes("key-1"));
            long newest = revisions(golden, shard).last();
            long revision = GoldenScenario.revision(
                    golden.call(1, shard, GoldenScenario.put("key-1", "new", 0, Optional.empty())));
            assertThat(revision).isGreaterThan(newest);
            golden.call(
                    2,
                    shard,
                    new ShardCall.Write(
                            new KvCommand.Single(new Operation.Delete(bytes("key-1")), Optional.empty()),
                            Optional.empty()));
            assertThat(golden.call(3, shard, new ShardCall.Get(bytes("key-1"))))
                    .isEqualTo(new ShardAnswer.Value(Optional.empty()));
        }
    }

    private static TreeSet<Long> revisions(GoldenWorld golden, ShardId shard) {
        ShardCall all = new ShardCall.Page(new byte[] {0}, Optional.empty(), false, 10_000, 1 << 20);
        TreeSet<Long> revisions = new TreeSet<>();
        ((ShardAnswer.Page) golden.call(1, shard, all))
                .page()
                .items()
                .forEach(it -> revisions.add(it.value().revision()));
        return revisions;
    }

    /// Ids of what was deleted are not used again.
    private static void makesKeyspaces(GoldenWorld golden) {
        long next = golden.state().nextShard();
        AdminDesk.Answer made =
                golden.admin(3, new AdminDesk.Operation.CreateKeyspace("gone", "memory", 2, KeyspaceMode.HASH, 3));
        assertThat(made.code()).as(made.toString()).isEmpty();
        assertThat(golden.state().keyspace("gone").orElseThrow().shards())
                .allSatisfy(it -> assertThat(it.value()).isGreaterThanOrEqualTo(next));
        ShardId shard = golden.shardOf("gone", bytes("lost"));
        assertThat(golden.call(1, shard, new ShardCall.Get(bytes("lost"))))
                .isEqualTo(new ShardAnswer.Value(Optional.empty()));
    }
}
