package io.concordkv.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.concordkv.wire.ProblemCode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every code of API §3 is brought about by a test over HTTP ([Provokes]), or cannot occur yet.
class AllCodesTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().importPackages("io.concordkv.server", "io.concordkv.node", "io.concordkv.topology");

    /// Codes nothing in the program answers with, and why.
    private static final Map<String, String> CANNOT_OCCUR =
            Map.of("read-only", "no keyspace and no node can be made read-only yet");

    @Test
    void everyCodeIsProvokedOrCannotOccur() {
        Map<String, Set<String>> provoked = provoked();
        Set<String> covered = new TreeSet<>(provoked.keySet());
        covered.addAll(CANNOT_OCCUR.keySet());
        Set<String> all = Arrays.stream(ProblemCode.values())
                .map(ProblemCode::text)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(covered).containsExactlyElementsOf(all);
        assertThat(provoked.keySet()).doesNotContainAnyElementsOf(CANNOT_OCCUR.keySet());
    }

    private static Map<String, Set<String>> provoked() {
        Map<String, Set<String>> tests = new TreeMap<>();
        CLASSES.stream()
                .flatMap(it -> it.getMethods().stream())
                .filter(it -> it.isAnnotatedWith(Provokes.class))
                .forEach(method -> {
                    for (String code :
                            method.getAnnotationOfType(Provokes.class).value()) {
                        tests.computeIfAbsent(code, it -> new TreeSet<>()).add(method.getFullName());
                    }
                });
        return tests;
    }

    /// A code that can occur after all must move out of the table.
    @Test
    void nothingInTheProgramNamesACodeThatCannotOccur() {
        Set<String> used = CLASSES.stream()
                .flatMap(it -> it.getFieldAccessesFromSelf().stream())
                .filter(it -> it.getTargetOwner().isEquivalentTo(ProblemCode.class))
                .map(it -> it.getTarget().getName())
                .collect(Collectors.toSet());
        assertThat(used).contains("NO_LEADER");
        CANNOT_OCCUR
                .keySet()
                .forEach(code -> assertThat(used)
                        .doesNotContain(ProblemCode.find(code).orElseThrow().name()));
    }
}
