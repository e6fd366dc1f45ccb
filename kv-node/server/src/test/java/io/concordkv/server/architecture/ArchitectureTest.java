package io.concordkv.server.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.library.modules.syntax.AllowedModuleDependencies.allow;
import static com.tngtech.archunit.library.modules.syntax.ModuleDependencyScope.consideringOnlyDependenciesInAnyPackage;
import static com.tngtech.archunit.library.modules.syntax.ModuleRuleDefinition.modules;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.concordkv.engine.StorageEngine;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The walls inside the node that Maven cannot build. `server` is the top of the house, so its tests see every
/// module of it; `client`, `tools`, `bench` and `simulation` stand beside it and have Maven's walls only.
class ArchitectureTest {

    private static final String[] DETERMINISTIC = {
        "io.concordkv.base..",
        "io.concordkv.raft..",
        "io.concordkv.engine..",
        "io.concordkv.shard..",
        "io.concordkv.topology..",
        "io.concordkv.node.."
    };

    private static final JavaClasses NODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.concordkv");

    @TestFactory
    Stream<DynamicTest> theHouseStandsAsDesigned() {
        return Stream.of(
                        modulesPointDown(),
                        noPackageCycles(),
                        raftIsPure(),
                        timeAndChanceComeFromOutside(),
                        frameworksStayInTheServer(),
                        filesAreOpenedInDiskAlone(),
                        onlyApplyAndSnapshotsWriteAnEngine(),
                        namesSayWhatAClassIs())
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(NODE)));
    }

    @Test
    void everyPackageSaysThatNothingIsNullUnlessMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : NODE) {
            if (!type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
                unmarked.add(type.getPackageName());
            }
        }
        Assertions.assertThat(unmarked)
                .as("packages whose package-info.java lacks @NullMarked: the compiler does not look for nulls there")
                .isEmpty();
    }

    private static ArchRule modulesPointDown() {
        var allowed = allow().fromModule("disk")
                .toModules("base")
                .fromModule("wal")
                .toModules("disk", "base")
                .fromModule("engine")
                .toModules("disk", "base")
                .fromModule("raft")
                .toModules("base")
                .fromModule("shard")
                .toModules("raft", "wal", "engine", "disk", "base")
                .fromModule("topology")
                .toModules("shard", "raft", "base")
                .fromModule("wire")
                .toModules("base")
                .fromModule("node")
                .toModules("topology", "shard", "raft", "engine", "wal", "disk", "base")
                .fromModule("server")
                .toModules("wire", "node", "topology", "shard", "raft", "engine", "wal", "disk", "base");
        return modules()
                .definedByPackages("io.concordkv.(*)..")
                .should()
                .respectTheirAllowedDependencies(allowed, consideringOnlyDependenciesInAnyPackage("io.concordkv.."))
                .as("modules import only what lies below them")
                .because("a request travels down one line, and a file must need only what lies below it");
    }

    private static ArchRule noPackageCycles() {
        return slices().matching("io.concordkv.(**)")
                .should()
                .beFreeOfCycles()
                .as("packages have no cycles")
                .because("a package that needs its user cannot be read, tested or changed alone");
    }

    private static ArchRule raftIsPure() {
        return noClasses()
                .that()
                .resideInAPackage("io.concordkv.raft..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.net..",
                        "java.util.concurrent..",
                        "java.lang.foreign..",
                        "java.util.logging..",
                        "org.slf4j..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .as("raft has no I/O, no thread and no log output")
                .because("the same core must run on a server and, step by step from a seed, in the simulator");
    }

    private static ArchRule timeAndChanceComeFromOutside() {
        return noClasses()
                .that()
                .resideInAnyPackage(DETERMINISTIC)
                .and(DescribedPredicate.not(theDoorToRealTimeAndChance()))
                .should()
                .callMethodWhere(
                        describe("reads the machine's clock or chance", call -> isOutsideWorld(call.getTarget())))
                .orShould()
                .callConstructorWhere(describe(
                        "makes an unseeded Random",
                        call -> call.getTarget().getOwner().isEquivalentTo(Random.class)
                                && call.getTarget().getRawParameterTypes().isEmpty()))
                .orShould()
                .accessTargetWhere(describe(
                        "starts a thread",
                        (JavaAccess<?> access) -> access.getTargetOwner().isAssignableTo(Thread.class)
                                && !access.getTarget().getName().equals("onSpinWait")))
                .as("clock, chance and threads come in through interfaces")
                .because("a simulated run must replay from its seed to the same trace");
    }

    private static boolean isOutsideWorld(AccessTarget target) {
        JavaClass owner = target.getOwner();
        return switch (target.getName()) {
            case "nanoTime", "currentTimeMillis" -> owner.isEquivalentTo(System.class);
            case "random" -> owner.isEquivalentTo(Math.class);
            case "randomUUID" -> owner.isEquivalentTo(UUID.class);
            case "current" -> owner.isEquivalentTo(ThreadLocalRandom.class);
            case "now" -> owner.getPackageName().equals("java.time");
            default -> false;
        };
    }

    /// The implementations that the server hands in; everything else asks them.
    private static DescribedPredicate<JavaClass> theDoorToRealTimeAndChance() {
        return describe(
                "are the system clock or system chance",
                type -> type.getPackageName().equals("io.concordkv.base")
                        && type.getSimpleName().startsWith("System"));
    }

    private static ArchRule frameworksStayInTheServer() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("io.concordkv.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "io.vertx..", "io.netty..", "io.smallrye..", "io.micrometer..", "jakarta..")
                .as("frameworks stay in the server")
                .because("the database must outlive its framework and run in the simulator without one");
    }

    private static ArchRule filesAreOpenedInDiskAlone() {
        return noClasses()
                .that()
                .resideOutsideOfPackages("io.concordkv.disk..", "io.concordkv.server..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..")
                        .or(describe(
                                "open files",
                                type -> type.getPackageName().equals("java.io")
                                        && (type.getSimpleName().startsWith("File")
                                                || type.getSimpleName().equals("RandomAccessFile")))))
                .as("files are opened in disk alone")
                .because("only what goes through disk can lose unsynced writes, tear and rot in the simulator");
    }

    private static ArchRule onlyApplyAndSnapshotsWriteAnEngine() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.concordkv.engine..", "io.concordkv.shard.apply..", "io.concordkv.shard.snapshot..")
                .should()
                .callMethodWhere(describe(
                        "changes an engine",
                        call -> call.getTargetOwner().isAssignableTo(StorageEngine.class)
                                && Set.of("write", "clear")
                                        .contains(call.getTarget().getName())))
                .as("only apply and snapshot code changes an engine")
                .because("what did not come through the log differs between replicas");
    }

    private static ArchRule namesSayWhatAClassIs() {
        return classes()
                .should()
                .haveNameNotMatching(".*(Impl|Utils?|Helper|Manager)")
                .as("no class is called Impl, Util, Helper or Manager")
                .because("a class is called after what it is: FollowerProgress, ManifestWriter");
    }
}
