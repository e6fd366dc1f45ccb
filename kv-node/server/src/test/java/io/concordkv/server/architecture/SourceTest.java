package io.concordkv.server.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What can be said of all Java sources of the repository without compiling them.
class SourceTest {
    private static final int MAIN_LINES_MAX = 600;
    private static final int COLUMNS_MAX = 120;

    private static final Pattern UNFINISHED =
            Pattern.compile("TODO|FIXME|XXX|new UnsupportedOperationException|not (yet )?implemented");
    private static final Pattern SWALLOWED = Pattern.compile("catch \\((Throwable|Exception) \\w+\\) *\\{ *}");
    private static final Pattern ASLEEP = Pattern.compile("@Disabled|assumeTrue\\(false|Thread\\.sleep\\(");

    private static final Pattern TAG = Pattern.compile("^\\s*@Tag\\(");
    private static final Pattern KIND =
            Pattern.compile("@Tag\\(\"(unit|simulation|process|kubernetes|performance)\"\\)");

    private static Path top;
    private static List<Source> mains;
    private static List<Source> tests;

    private record Source(Path path, List<String> lines) {}

    @BeforeAll
    static void readAllSources() throws IOException {
        top = Path.of("").toAbsolutePath();
        while (!Files.exists(top.resolve("mvnw"))) {
            top = top.getParent();
        }
        mains = sourcesUnder("/src/main/java/");
        tests = sourcesUnder("/src/test/java/");
    }

    @Test
    void mainFilesStayShort() {
        int[] lengths = mains.stream()
                .mapToInt(source -> source.lines().size())
                .sorted()
                .toArray();
        System.out.printf(
                "main files: %d, lines: median %d, longest %d%n",
                lengths.length, lengths[lengths.length / 2], lengths[lengths.length - 1]);
        assertThat(mains.stream().filter(source -> source.lines().size() > MAIN_LINES_MAX))
                .as("main files above %d lines: a class that decides and also carries out is often two", MAIN_LINES_MAX)
                .extracting(source -> source.path() + " has " + source.lines().size() + " lines")
                .isEmpty();
    }

    @Test
    void docLinesStayNarrow() {
        assertThat(lines(mains, (path, line) -> line.stripLeading().startsWith("///") && wraps(line)))
                .as(
                        "doc lines too wide: the formatter would wrap them without their prefix; keep them within 100 columns")
                .isEmpty();
    }

    /// The formatter counts the indentation of a doc line twice.
    private static boolean wraps(String line) {
        int indentation = line.length() - line.stripLeading().length();
        return line.length() + indentation > COLUMNS_MAX;
    }

    @Test
    void mainCodeIsFinished() {
        assertThat(lines(mains, (path, line) -> UNFINISHED.matcher(line).find()))
                .as("unfinished main code")
                .isEmpty();
    }

    @Test
    void noExceptionIsSwallowed() {
        assertThat(lines(mains, (path, line) -> SWALLOWED.matcher(line).find()))
                .as("swallowed exceptions")
                .isEmpty();
    }

    @Test
    void testsNeitherSleepNorStandStill() {
        assertThat(lines(
                        tests,
                        (path, line) -> !path.endsWith("SourceTest.java")
                                && ASLEEP.matcher(line).find()))
                .as("tests that are switched off or wait by the clock: wait for a condition (Awaitility)")
                .isEmpty();
    }

    @Test
    void everyTagIsAKindOfTest() {
        assertThat(lines(
                        tests,
                        (path, line) ->
                                TAG.matcher(line).find() && !KIND.matcher(line).find()))
                .as("tags that ./concord test does not know")
                .isEmpty();
    }

    private static List<String> lines(List<Source> sources, BiPredicate<Path, String> wanted) {
        List<String> found = new ArrayList<>();
        for (Source source : sources) {
            for (int i = 0; i < source.lines().size(); i++) {
                String line = source.lines().get(i);
                if (wanted.test(source.path(), line)) {
                    found.add(source.path() + ":" + (i + 1) + ": " + line.strip());
                }
            }
        }
        return found;
    }

    private static List<Source> sourcesUnder(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            List<Source> sources = new ArrayList<>();
            for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains(folder))
                    .sorted()
                    .toList()) {
                sources.add(new Source(top.relativize(file), Files.readAllLines(file)));
            }
            return sources;
        }
    }
}
