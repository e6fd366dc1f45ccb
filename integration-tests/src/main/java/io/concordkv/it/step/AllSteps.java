package io.concordkv.it.step;

import io.concordkv.it.conformance.Step;
import java.util.List;
import java.util.stream.Stream;

/// The suite in its order: the cluster is made, looked at, left alone, disturbed, deleted.
public final class AllSteps {
    private AllSteps() {}

    public static final List<Step> LIST = List.of(
            ResourceSteps.APPLY,
            KubectlSteps.COLUMNS,
            KubectlSteps.APPLY_AGAIN,
            KubectlSteps.DIFF,
            ResourceSteps.DRY_RUN,
            KubectlSteps.DESCRIBE,
            ResourceSteps.EVENTS,
            ResourceSteps.REFUSED,
            ResourceSteps.ACCEPTED,
            DataSteps.DATA,
            ServiceStep.SERVICE,
            KubectlSteps.LOGS,
            KubectlSteps.RAW,
            ChangeSteps.SCALING,
            ChangeSteps.DRIFT,
            IdleStep.IDLE,
            DataSteps.DELETE_POD,
            RestartSteps.ROLLING,
            RestartSteps.IMAGE_CHANGE,
            RestartSteps.BAD_CONFIG,
            RestartSteps.ABSENT_IMAGE_STEP,
            RestartSteps.CRASHING_IMAGE_STEP,
            BlockedSteps.UNBOUND_CLAIM,
            DataSteps.SINGLE,
            DataSteps.RECREATE);

    /// The same with faults from below; for a Kubernetes on a machine of our own.
    public static final List<Step> WITH_MACHINE = Stream.of(
                    List.of(InstallStep.INSTALL),
                    LIST,
                    List.of(
                            BlockedSteps.QUOTA,
                            MachineSteps.KILL_PROCESS,
                            MachineSteps.DRAIN,
                            OperatorSteps.LEADERS,
                            MachineSteps.KUBELET_AWAY,
                            MachineSteps.API_AWAY,
                            // Last, as it judges all that the operator asked for before.
                            OperatorSteps.RIGHTS))
            .flatMap(List::stream)
            .toList();
}
