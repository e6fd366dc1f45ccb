package io.concordkv.bench.engine;

import io.concordkv.bench.engine.Plan.Measured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// `./concord bench engines [ENTRIES] [ROUNDS]`: measures the engine `memory` beside the sorted maps of
/// the JDK and prints one Markdown table. Each subject runs in a JVM of its own, in turns; the table
/// shows medians over the rounds.
public final class EngineBench {
    private static final int ENTRIES = 1_000_000;
    private static final int ROUNDS = 3;
    private static final int WARM_UP_ENTRIES = 100_000;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int VALUE_BYTES = 100;
    private static final String RESULT = "result\t";
    private static final List<String> SUBJECTS = List.of("memory", "TreeMap", "ConcurrentSkipListMap");

    private EngineBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals("--subject")) {
            measure(arguments[1], Integer.parseInt(arguments[2]), System.out);
            return;
        }
        int entries = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ENTRIES;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : ROUNDS;
        run(entries, rounds, System.out);
    }

    /// Runs all subjects and prints the table.
    public static void run(int entries, int rounds, PrintStream out) throws IOException, InterruptedException {
        Map<String, Map<String, List<Measured>>> bySubject = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String subject : SUBJECTS) {
                Map<String, List<Measured>> byPhase = bySubject.computeIfAbsent(subject, name -> new LinkedHashMap<>());
                fork(subject, entries, byPhase);
            }
        }
        print(entries, rounds, bySubject, out);
    }

    private static void fork(String subject, int entries, Map<String, List<Measured>> byPhase)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms2g",
                        "-Xmx2g",
                        "-Xmn128m",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EngineBench.class.getName(),
                        "--subject",
                        subject,
                        Integer.toString(entries))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(RESULT)) {
                    String[] fields = line.split("\t", -1);
                    byPhase.computeIfAbsent(fields[1], phase -> new ArrayList<>())
                            .add(new Measured(Double.parseDouble(fields[2]), Double.parseDouble(fields[3])));
                }
            }
        }
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException("measuring " + subject + " ended with exit code " + exit);
        }
    }

    private static void measure(String subject, int entries, PrintStream out) {
        Supplier<Subject> opener = switch (subject) {
            case "TreeMap" -> () -> new MapSubject(false);
            case "ConcurrentSkipListMap" -> () -> new MapSubject(true);
            default -> () -> new EngineSubject(subject);
        };
        Plan plan = new Plan(opener, new byte[0], VALUE_BYTES);
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            plan.run(WARM_UP_ENTRIES);
        }
        plan.run(entries)
                .forEach((phase, measured) -> out.printf(
                        Locale.ROOT, "%s%s\t%.2f\t%.2f%n", RESULT, phase, measured.nanos(), measured.allocatedBytes()));
        out.println("sum of lengths " + plan.sink());
    }

    private static void print(
            int entries, int rounds, Map<String, Map<String, List<Measured>>> bySubject, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%,d entries, keys of %d B, values of %d B, one thread, one JVM a subject, CPU time, median of %d%n%n",
                entries,
                Keys.BYTES,
                VALUE_BYTES,
                rounds);
        out.print("| phase |");
        bySubject.keySet().forEach(subject -> out.print(" " + subject + " ns | ops/s | heap B/op |"));
        out.print("\n|---|");
        bySubject.keySet().forEach(subject -> out.print("--:|--:|--:|"));
        out.println();
        for (String phase : bySubject.values().iterator().next().keySet()) {
            out.print("| " + phase + " |");
            bySubject.values().forEach(byPhase -> out.print(cell(phase, byPhase.getOrDefault(phase, List.of()))));
            out.println();
        }
    }

    private static String cell(String phase, List<Measured> measured) {
        double nanos = median(measured.stream().mapToDouble(Measured::nanos).toArray());
        double bytes =
                median(measured.stream().mapToDouble(Measured::allocatedBytes).toArray());
        return phase.startsWith("bytes")
                ? String.format(Locale.ROOT, " %.0f B | | |", nanos)
                : String.format(Locale.ROOT, " %.0f | %,.0f | %.0f |", nanos, 1e9 / nanos, bytes);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
