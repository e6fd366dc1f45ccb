package io.concordkv.it.step;

import io.concordkv.it.conformance.Step;
import java.util.List;

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
            DataSteps.DATA,
            KubectlSteps.LOGS,
            KubectlSteps.RAW,
            ChangeSteps.SCALING,
            ChangeSteps.DRIFT,
            IdleStep.IDLE,
            DataSteps.DELETE_POD,
            RestartSteps.ROLLING,
            RestartSteps.BAD_CONFIG,
            DataSteps.SINGLE,
            DataSteps.RECREATE);
}
