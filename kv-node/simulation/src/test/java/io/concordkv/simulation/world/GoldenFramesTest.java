package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What nodes of earlier versions sent each other is understood, and said in the same bytes.
class GoldenFramesTest {
    @Test
    void everyStoredFrameSaysWhatItSaidThenInTheSameBytes() throws IOException {
        for (GoldenFolder folder : GoldenFolder.ALL) {
            List<GoldenFrame.Expected> all = GoldenFrame.Expected.all(folder.text(GoldenFolder.FRAMES));
            assertThat(all).hasSizeGreaterThan(60);
            for (GoldenFrame.Expected expected : all) {
                assertThat(expected.frame().meaning())
                        .as("a frame of %s", folder.version())
                        .isEqualTo(expected.meaning());
                for (GoldenFrame.Part part : expected.frame().parts()) {
                    assertThat(part.again())
                            .as("bytes of %s in %s", expected.meaning(), folder.version())
                            .isEqualTo(part.bytes());
                }
            }
        }
    }

    @Test
    void everyKindOfFrameInTheCodeIsInACapture() throws IOException {
        SortedSet<String> missing = new TreeSet<>(GoldenKinds.ofCode());
        for (GoldenFolder folder : GoldenFolder.ALL) {
            for (GoldenFrame.Expected expected : GoldenFrame.Expected.all(folder.text(GoldenFolder.FRAMES))) {
                missing.removeAll(GoldenKinds.of(expected.frame()));
            }
        }
        assertThat(missing)
                .as("kinds in the code that no capture under golden/ holds. Never change a stored capture: add the"
                        + " kind to GoldenSpecimens, name the next version in GoldenFolder, and write its folder"
                        + " with -Dtest=GoldenWriter")
                .isEmpty();
    }
}
