package io.concordkv.client;

import io.concordkv.wire.Executed;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;

/// A call that the cluster refused, or whose answer did not come. The problem says whether something
/// may have happened.
public final class ConcordException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Problem problem;

    public ConcordException(Problem problem) {
        super(problem.code().text() + ": " + problem.detail());
        this.problem = problem;
    }

    /// The same with the stack of the thread that waited, this one as its cause.
    ConcordException again() {
        ConcordException here = new ConcordException(problem);
        here.initCause(this);
        return here;
    }

    public Problem problem() {
        return problem;
    }

    public ProblemCode code() {
        return problem.code();
    }

    /// The call may have taken effect, or may still: read to find out.
    public boolean mayHaveHappened() {
        return problem.executed() == Executed.UNKNOWN;
    }
}
