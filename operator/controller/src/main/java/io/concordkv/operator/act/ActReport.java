package io.concordkv.operator.act;

import io.concordkv.operator.plan.Action;
import io.concordkv.operator.plan.Plan;
import io.concordkv.operator.plan.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What carrying out a plan led to. Filled by the executor, read by the status step.
public final class ActReport {
    private boolean wrote;
    private boolean active;
    private boolean finished;
    private @Nullable String clusterId;
    private @Nullable Action unfinished;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> blockers = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    /// Something worth an event.
    public record Note(String reason, String message) {}

    void wrote() {
        wrote = true;
    }

    void becameActive() {
        active = true;
    }

    void finished() {
        finished = true;
    }

    void clusterId(String id) {
        clusterId = id;
    }

    void stays(Action action) {
        unfinished = action;
    }

    void problem(Problem problem) {
        problems.add(problem);
    }

    void blocker(String blocker) {
        blockers.add(blocker);
    }

    void note(String reason, String message) {
        notes.add(new Note(reason, message));
    }

    /// An object was written or deleted: the cluster is not yet what it should be.
    public boolean hasWritten() {
        return wrote;
    }

    /// The cluster was seen active for the first time.
    public boolean isActive() {
        return active;
    }

    /// Nothing is left to clean up.
    public boolean isFinished() {
        return finished;
    }

    /// The plan as it went: what it meant to end and could not is still under way.
    public Plan asCarriedOut(Plan plan) {
        return unfinished == null ? plan : plan.withAction(unfinished);
    }

    /// The id to store from now on, drawn or adopted.
    public Optional<String> clusterId() {
        return Optional.ofNullable(clusterId);
    }

    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    public List<String> blockers() {
        return List.copyOf(blockers);
    }

    public List<Note> notes() {
        return List.copyOf(notes);
    }
}
