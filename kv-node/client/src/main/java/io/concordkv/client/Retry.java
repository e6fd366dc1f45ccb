package io.concordkv.client;

import io.concordkv.wire.Executed;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;

/// Whether and how an attempt may be followed by another. Pure. The rule: again only when nothing
/// happened, or when the call is repeatable.
sealed interface Retry {
    long DELAY_MILLIS_FIRST = 10;
    long DELAY_MILLIS_MAX = 500;

    /// @param mayHaveHappened the attempt may have taken effect
    record Again(Problem problem, long delayMillis, boolean elsewhere, boolean mayHaveHappened) implements Retry {}

    record Stop(Problem problem) implements Retry {}

    /// @param attempt 1 for the first
    static Retry after(Answer.Refused refused, boolean repeatable, int attempt) {
        Problem problem = refused.problem();
        boolean unknown = problem.executed() == Executed.UNKNOWN;
        if (!problem.retryable() || unknown && !repeatable) {
            return new Stop(problem);
        }
        boolean moved = problem.code() == ProblemCode.NOT_LEADER || problem.code() == ProblemCode.STALE_EPOCH;
        long delay = moved && attempt == 1
                ? 0
                : problem.number(ProblemField.RETRY_AFTER_MS).orElse(delayMillis(attempt));
        return new Again(problem, delay, !moved, unknown);
    }

    static Retry after(Answer.NotSent notSent, int attempt) {
        Problem problem = Problem.of(ProblemCode.NO_LEADER, "node not reached: " + notSent.why());
        return new Again(problem, attempt == 1 ? 0 : delayMillis(attempt), true, false);
    }

    static Retry after(Answer.Lost lost, boolean repeatable, int attempt) {
        Problem problem = Problem.of(ProblemCode.OUTCOME_UNKNOWN, "connection or time was lost: " + lost.why());
        return repeatable ? new Again(problem, delayMillis(attempt), true, true) : new Stop(problem);
    }

    /// 10, 20, 40 … 500 ms.
    static long delayMillis(int attempt) {
        return Math.min(DELAY_MILLIS_MAX, DELAY_MILLIS_FIRST << Math.min(attempt - 1, 10));
    }
}
