package io.concordkv.operator;

import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.javaoperatorsdk.operator.processing.retry.Retry;
import io.javaoperatorsdk.operator.processing.retry.RetryExecution;

/// A pass that failed is tried again for ever: twice after half a second, then each time after half as
/// long again, up to 15 s.
///
/// Not `@GradualRetry`: the build copies that annotation's values by setters it finds by reflection, and
/// `setInitialInterval` has two; a build that meets the wrong one first leaves the value out.
public final class PatientRetry implements Retry {
    private static final long FIRST_MILLIS = 500;
    private static final double GROWTH = 1.5;
    private static final long LONGEST_MILLIS = 15_000;

    @Override
    public RetryExecution initExecution() {
        return new GenericRetry()
                .setInitialInterval(FIRST_MILLIS)
                .setIntervalMultiplier(GROWTH)
                .setMaxInterval(LONGEST_MILLIS)
                .withoutMaxAttempts()
                .initExecution();
    }
}
