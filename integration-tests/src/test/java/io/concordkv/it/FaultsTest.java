package io.concordkv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.it.fault.AllFaults;
import io.concordkv.it.fault.Arena;
import io.concordkv.it.fault.Fault;
import io.concordkv.it.fault.FaultReport;
import io.concordkv.it.fault.FaultResult;
import io.concordkv.it.fault.FaultRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The brief round of `concord faults`, without what other tests of real processes do anyway; bounds of
/// time are three times those of a quiet machine.
@Tag("process")
class FaultsTest {
    private static final List<String> ROUND =
            List.of("pause-leader", "partition-in", "torn-tail", "rot-identity", "failed-sync", "rolled-back");
    private static final Arena.Extent EXTENT = new Arena.Extent(true, 3, 2);
    private static final long SEED = 1;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theHistoryIsLinearizableUnderEachFault() throws InterruptedException {
        try (FaultRunner runner = new FaultRunner(folder, EXTENT, SEED, System.out)) {
            for (Fault fault : AllFaults.LIST) {
                if (ROUND.contains(fault.name())) {
                    FaultResult result = runner.run(fault, 1);
                    FaultReport.line(result, System.out);
                    assertThat(result.verdict())
                            .as("%s: %s", fault.name(), result.reason())
                            .isEqualTo(FaultResult.Verdict.PASS);
                }
            }
        }
    }
}
