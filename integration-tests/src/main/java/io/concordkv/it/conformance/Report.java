package io.concordkv.it.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.it.conformance.StepResult.Verdict;
import io.concordkv.tools.console.JsonText;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// Tells how steps went: a line each for people, or one JSON object for programs:
/// `{"server", "passed", "failed", "skipped", "steps": [{"name", "title", "result", "seconds",
/// "reason", "notes": []}]}`.
public final class Report {
    private Report() {}

    public static void line(StepResult result, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%-7s %6.1f s  %-16s %s%n",
                result.verdict(),
                result.time().toMillis() / 1e3,
                result.step().name(),
                result.step().title());
        if (!result.reason().isEmpty()) {
            out.println(indented(result.reason()));
        }
        result.notes().forEach(note -> out.println(indented(note)));
    }

    private static String indented(String text) {
        return text.strip()
                .lines()
                .map(line -> " ".repeat(19) + line)
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }

    public static void summary(List<StepResult> results, PrintStream out) {
        out.printf(
                "%d passed, %d failed, %d skipped%n",
                count(results, Verdict.PASS), count(results, Verdict.FAIL), count(results, Verdict.SKIPPED));
        results.stream()
                .filter(result -> result.verdict() == Verdict.SKIPPED)
                .forEach(result -> out.println("skipped: " + result.step().name() + ": " + result.reason()));
    }

    /// @param server address of the Kubernetes API
    public static String json(String server, List<StepResult> results) {
        ObjectNode root = JsonText.object();
        root.put("server", server)
                .put("passed", count(results, Verdict.PASS))
                .put("failed", count(results, Verdict.FAIL))
                .put("skipped", count(results, Verdict.SKIPPED));
        var steps = root.putArray("steps");
        for (StepResult result : results) {
            ObjectNode step = steps.addObject();
            step.put("name", result.step().name())
                    .put("title", result.step().title())
                    .put("result", result.verdict().name())
                    .put("seconds", result.time().toMillis() / 1e3)
                    .put("reason", result.reason());
            result.notes().forEach(step.putArray("notes")::add);
        }
        return JsonText.pretty(root);
    }

    public static boolean hasFailed(List<StepResult> results) {
        return count(results, Verdict.FAIL) > 0;
    }

    private static long count(List<StepResult> results, Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }
}
