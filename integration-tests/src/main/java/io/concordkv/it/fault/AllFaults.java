package io.concordkv.it.fault;

import java.util.List;
import java.util.stream.Stream;

/// Every fault, in the order of research/raft.md §6.3.
public final class AllFaults {
    public static final List<Fault> LIST = Stream.of(
                    ProcessFaults.ALL,
                    LinkFaults.ALL,
                    LogFaults.ALL,
                    RotFaults.ALL,
                    DiskFaults.ALL,
                    LimitFaults.ALL,
                    VolumeFaults.ALL,
                    MemberFaults.ALL,
                    NodeFaults.ALL)
            .flatMap(List::stream)
            .toList();

    /// What is measured and takes long: only when it is named.
    public static final List<Fault> FIGURES = List.of(FailoverFigures.FAULT, ScaleFigures.FAULT);

    private AllFaults() {}
}
