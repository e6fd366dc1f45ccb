package io.concordkv.it.fault;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.it.fault.FaultResult.Verdict;
import io.concordkv.tools.console.JsonText;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// Tells how faults went: lines for people, or one JSON object for programs: `{"seed", "passed",
/// "failed", "skipped", "faults": [{"name", "number", "round", "result", "seconds", "reason", "notes": []}]}`.
public final class FaultReport {
    private FaultReport() {}

    public static void line(FaultResult result, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%-7s %6.1f s  %-16s %s%n",
                result.verdict(),
                result.time().toMillis() / 1e3,
                result.fault().name(),
                result.fault().title());
        String gap = " ".repeat(19);
        if (!result.reason().isEmpty()) {
            result.reason().strip().lines().forEach(text -> out.println(gap + text));
        }
        result.notes().forEach(note -> out.println(gap + note));
    }

    public static void summary(long seed, List<FaultResult> results, PrintStream out) {
        out.printf(
                "%d passed, %d failed, %d skipped (seed %d)%n",
                count(results, Verdict.PASS), count(results, Verdict.FAIL), count(results, Verdict.SKIPPED), seed);
    }

    public static String json(long seed, List<FaultResult> results) {
        ObjectNode root = JsonText.object();
        root.put("seed", seed)
                .put("passed", count(results, Verdict.PASS))
                .put("failed", count(results, Verdict.FAIL))
                .put("skipped", count(results, Verdict.SKIPPED));
        ArrayNode faults = root.putArray("faults");
        for (FaultResult result : results) {
            ObjectNode fault = faults.addObject();
            fault.put("name", result.fault().name())
                    .put("number", result.fault().number())
                    .put("round", result.round())
                    .put("result", result.verdict().name())
                    .put("seconds", result.time().toMillis() / 1e3)
                    .put("reason", result.reason());
            result.notes().forEach(fault.putArray("notes")::add);
        }
        return JsonText.pretty(root);
    }

    public static boolean hasFailed(List<FaultResult> results) {
        return count(results, Verdict.FAIL) > 0;
    }

    private static long count(List<FaultResult> results, Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }
}
