package io.concordkv.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.PartitionHash;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The placement of keys never changes: a failure here means that data would be lost.
class HashVectorsTest {
    @Test
    void everyKeyHashesToItsRecordedPlace() throws IOException {
        List<String> vectors = Golden.lines("hash-vectors.txt").stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(vectors).hasSizeGreaterThan(50);
        for (String vector : vectors) {
            String[] parts = vector.split(" ");
            long hash = PartitionHash.of(HexFormat.of().parseHex(parts[0]));
            assertThat(HexFormat.of().toHexDigits(hash)).as(vector).isEqualTo(parts[1]);
            assertThat(PartitionHash.interval(hash, 8)).as(vector).isEqualTo(Integer.parseInt(parts[2]));
            assertThat(PartitionHash.interval(hash, 3)).as(vector).isEqualTo(Integer.parseInt(parts[3]));
        }
    }

    @Test
    void intervalsBeginWhereTheFormulaChanges() {
        for (int shards : new int[] {1, 2, 3, 7, 8, 100, 4096}) {
            for (int i = 1; i < shards; i++) {
                long start = PartitionHash.intervalStart(i, shards);
                assertThat(PartitionHash.interval(start, shards)).isEqualTo(i);
                assertThat(PartitionHash.interval(start - 1, shards)).isEqualTo(i - 1);
            }
        }
    }
}
