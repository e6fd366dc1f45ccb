package io.concordkv.it;

import io.concordkv.it.conformance.Ending;
import io.concordkv.it.conformance.OwnNamespace;
import io.concordkv.it.conformance.Report;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.conformance.StepResult;
import io.concordkv.it.conformance.Suite;
import io.concordkv.it.conformance.Surroundings;
import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.LocalEndpoint;
import io.concordkv.it.kube.PodAddressDoor;
import io.concordkv.it.machine.Machine;
import io.concordkv.it.step.AllSteps;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.OutputOption;
import io.concordkv.tools.console.Progress;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord conformance`: does a Kubernetes with the operator do what the samples need?
@Command(
        name = "conformance",
        description = {
            "Runs the Kubernetes suite in a namespace of its own and removes all of it afterwards.",
            "Without --kubeconfig it uses the local Kubernetes in .concord, or starts one and stops it again."
        },
        mixinStandardHelpOptions = true)
public final class ConformanceCommand implements Callable<Integer> {
    private static final Path LOCAL_KUBECONFIG = Path.of(".concord/kubeconfig");
    private static final String LOCAL_OTHER = "concordkv/node:other";

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "the cluster to test; the operator runs there")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--namespace",
            defaultValue = "concord-conformance",
            paramLabel = "NAME",
            description = "that the operator serves; made when it is not there, default ${DEFAULT-VALUE}")
    private String namespace = "concord-conformance";

    @Option(names = "--image", paramLabel = "NAME:TAG", description = "of the nodes, instead of the samples'")
    private @Nullable String image;

    @Option(
            names = "--other-image",
            paramLabel = "NAME:TAG",
            description = "another image of the same node, to change to; on the local Kubernetes any tag is one")
    private @Nullable String otherImage;

    @Option(
            names = "--machine",
            paramLabel = "DIR",
            description = {
                "what integration-tests/kubernetes/up was given: adds the steps that install the operator",
                "and reach below Kubernetes"
            })
    private @Nullable Path machine;

    @Option(
            names = "--overlay",
            defaultValue = "namespaced",
            paramLabel = "NAME",
            description = "of k8s/overlays, for step install; default ${DEFAULT-VALUE}")
    private String overlay = "";

    @Option(names = "--only", paramLabel = "STEP", split = ",", description = "these steps alone; may be repeated")
    private List<String> only = List.of();

    @Option(names = "--list", description = "print the names of the steps and end")
    private boolean list;

    @Option(
            names = "--idle",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "how long nothing may be written, default ${DEFAULT-VALUE}")
    private int idleSeconds;

    @Option(
            names = "--patience",
            defaultValue = "120",
            paramLabel = "SECONDS",
            description = "for anything to become as it should, default ${DEFAULT-VALUE}")
    private int patienceSeconds;

    @Option(
            names = "--away",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "how long kubelet and API server are away, default ${DEFAULT-VALUE}")
    private int awaySeconds;

    @Option(
            names = "--kills",
            defaultValue = "3",
            paramLabel = "N",
            description = "of the leading operator, default ${DEFAULT-VALUE}")
    private int kills;

    @Mixin
    private OutputOption output = new OutputOption();

    public static void main(String[] arguments) {
        // The client's library looks for a log and would complain that there is none.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(new CommandLine(new ConformanceCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("conformance: " + failure.getMessage());
                    return failure instanceof CommandFailure told ? told.exitCode() : 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (idleSeconds < 1 || patienceSeconds < 1 || awaySeconds < 1 || kills < 1) {
            throw CommandFailure.usage("--idle, --patience and --away are seconds, --kills a number; at least 1");
        }
        if (machine != null && (kubeconfig == null || !Files.isDirectory(machine))) {
            throw CommandFailure.usage("--machine is a folder and goes with --kubeconfig");
        }
        List<Step> steps = steps();
        if (list) {
            steps.forEach(step -> System.out.printf("%-16s %s%n", step.name(), step.title()));
            return 0;
        }
        Path file = kubeconfig == null ? LOCAL_KUBECONFIG : kubeconfig;
        if (kubeconfig != null && !Files.isReadable(file)) {
            throw CommandFailure.usage("cannot read the kubeconfig " + file);
        }
        try (var ending = Ending.watch("conformance")) {
            return kubeconfig != null || answers(file) ? run(steps, file, ending) : runOnOwnEndpoint(steps, ending);
        }
    }

    private List<Step> steps() {
        List<Step> all = machine == null ? AllSteps.LIST : AllSteps.WITH_MACHINE;
        for (String name : only) {
            if (all.stream().noneMatch(step -> step.name().equals(name))) {
                throw CommandFailure.usage("no step '" + name + "'; --list prints them");
            }
        }
        return all.stream()
                .filter(step -> only.isEmpty() || only.contains(step.name()))
                .toList();
    }

    /// A file that is left from an endpoint which was stopped leads nowhere.
    private static boolean answers(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return false;
        }
        try (var client = client(file)) {
            return client.getKubernetesVersion() != null;
        } catch (KubernetesClientException stopped) {
            return false;
        }
    }

    private int runOnOwnEndpoint(List<Step> steps, Ending ending) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("concord-conformance");
        System.err.println("conformance: starting a Kubernetes of its own in " + directory);
        try (var endpoint = LocalEndpoint.start(home(), directory)) {
            int code = run(steps, endpoint.kubeconfig(), ending);
            if (code != 0) {
                endpoint.stop();
                System.err.println("conformance: the logs of operator and nodes are in " + directory);
            }
            return code;
        }
    }

    private int run(List<Step> steps, Path file, Ending ending) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("concord-kubectl");
        try (var client = client(file);
                var door = new PodAddressDoor();
                var _ = OwnNamespace.take(client, namespace)) {
            var surroundings = new Surroundings(
                    client,
                    namespace,
                    Kubectl.find(scratch, file, namespace),
                    door,
                    home(),
                    Optional.ofNullable(image),
                    Optional.ofNullable(otherImage != null ? otherImage : kubeconfig == null ? LOCAL_OTHER : null),
                    Optional.ofNullable(machine)
                            .map(folder -> new Machine(
                                    home().resolve("integration-tests/kubernetes"), folder.toAbsolutePath())),
                    overlay,
                    new Surroundings.Extent(
                            Duration.ofSeconds(patienceSeconds),
                            Duration.ofSeconds(idleSeconds),
                            Duration.ofSeconds(awaySeconds),
                            kills));
            var results = new Suite(surroundings, new Progress(System.err), ending::isWanted).run(steps, this::tell);
            if (output.isJson()) {
                System.out.println(Report.json(client.getMasterUrl().getAuthority(), results));
            } else {
                Report.summary(results, System.out);
            }
            return Report.hasFailed(results) ? 1 : 0;
        } finally {
            deleteTree(scratch);
        }
    }

    private void tell(StepResult result) {
        if (!output.isJson()) {
            Report.line(result, System.out);
        }
    }

    private static KubernetesClient client(Path file) throws IOException {
        var config = Config.fromKubeconfig(file.toFile());
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static Path home() {
        return Path.of(System.getProperty("concord.home", "")).toAbsolutePath().normalize();
    }

    private static void deleteTree(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
