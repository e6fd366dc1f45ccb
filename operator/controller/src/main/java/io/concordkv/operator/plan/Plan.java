package io.concordkv.operator.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What one pass does and says.
///
/// @param decisions in the order they are carried out; at most one is disruptive
/// @param action    what is under way; stored before anything is done about it
/// @param problems  most important first
/// @param blockers  why the next step has to wait, one sentence each
public record Plan(List<Decision> decisions, Optional<Action> action, List<Problem> problems, List<String> blockers) {

    public Plan {
        decisions = List.copyOf(decisions);
        problems = problems.stream()
                .sorted(Comparator.comparing(Problem::kind).thenComparing(Problem::subject))
                .toList();
        blockers = List.copyOf(blockers);
        if (decisions.stream().filter(Decision::isDisruptive).count() > 1) {
            throw new IllegalStateException("more than one disruptive decision: " + decisions);
        }
    }

    /// The same, with another action under way.
    public Plan withAction(Action other) {
        return new Plan(decisions, Optional.of(other), problems, blockers);
    }

    /// Nothing is done; what is wrong is said.
    static Plan only(List<Problem> problems, List<String> blockers) {
        return new Plan(List.of(), Optional.empty(), problems, blockers);
    }
}
