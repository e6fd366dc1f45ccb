package io.concordkv.disk;

import io.concordkv.disk.simulated.SimulatedDisk;
import java.nio.file.Path;
import java.util.SplittableRandom;

class SimulatedDiskContractTest extends DiskContract {
    @Override
    Disk newDisk(Path folder) {
        return new SimulatedDisk(new SplittableRandom(1));
    }
}
