package io.concordkv.server.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is known of a JVM before a node is blamed for a cache that was not written.
class CacheProbeTest {
    @TempDir
    Path folder;

    @Test
    void aJvmWithoutSharedArchivesSaysWhatIsMissing() throws IOException {
        assertThat(CacheProbe.missing(TrainedProgram.built(folder, List.of("-Xshare:off")), folder))
                .hasValueSatisfying(reason -> assertThat(reason).contains("AOTCacheOutput", "exit code 1"));
    }

    @Test
    void theJvmOfThisBuildMissesNothing() throws IOException {
        assertThat(CacheProbe.missing(TrainedProgram.built(folder, List.of("-XX:+UseSerialGC")), folder))
                .isEmpty();
    }
}
