package io.concordkv.local.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.concordkv.local.api.Kubectl.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Unmodified kubectl on the endpoint: every command a user of a cluster types.
@Tag("kubernetes")
class KubectlTest {
    private static final String CLUSTER = """
            apiVersion: concordkv.io/v1alpha1
            kind: ConcordCluster
            metadata:
              name: %s
            spec:
              nodes: 3
            """;
    private static final String STATEFUL_SET = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: %s
            spec:
              serviceName: web
              replicas: %d
              selector:
                matchLabels:
                  app: web
              template:
                metadata:
                  labels:
                    app: web
                spec:
                  containers:
                  - name: node
                    image: concordkv/node:1
                    ports:
                    - containerPort: 8080
                      name: http
            """;

    @TempDir
    static Path directory;

    private static RunningEndpoint endpoint;
    private static Kubectl kubectl;

    @BeforeAll
    static void startWithTheClusterDefinition() throws IOException {
        assumeTrue(Kubectl.program().isPresent(), "kubectl is not installed");
        endpoint = new RunningEndpoint(directory);
        kubectl = Kubectl.of(endpoint);
        try (InputStream file = KubectlTest.class.getResourceAsStream("/crds/concordclusters.concordkv.io.yaml")) {
            String definition = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            done(kubectl.withInput(definition, "apply", "-f", "-"));
        }
        done(kubectl.run("wait", "--for=condition=Established", "crd/concordclusters.concordkv.io", "--timeout=10s"));
    }

    @AfterAll
    static void stop() {
        if (endpoint != null) {
            endpoint.close();
        }
    }

    private static String done(Result result) {
        assertThat(result.code()).as(result.all()).isZero();
        return result.out();
    }

    private static String apply(String yaml, String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "apply";
        arguments[1] = "-f";
        arguments[2] = "-";
        System.arraycopy(more, 0, arguments, 3, more.length);
        return done(kubectl.withInput(yaml, arguments));
    }

    private static String configMap(String name, String value) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  key: \"" + value + "\"\n";
    }

    @Test
    void apiResourcesListsBuiltInAndCustomTypes() {
        String out = done(kubectl.run("api-resources"));
        assertThat(out).containsPattern("statefulsets +sts +apps/v1 +true +StatefulSet");
        assertThat(out).containsPattern("pods +po +v1 +true +Pod");
        assertThat(out).containsPattern("concordclusters +ccl +concordkv.io/v1alpha1 +true +ConcordCluster");
        assertThat(done(kubectl.run("api-versions"))).contains("policy/v1", "coordination.k8s.io/v1");
        assertThat(done(kubectl.run("version"))).contains("Server Version: v1.32");
        assertThat(done(kubectl.run("get", "--raw", "/readyz"))).isEqualTo("ok");
        assertThat(done(kubectl.run("get", "--raw", "/"))).contains("/apis/apps/v1");
        assertThat(done(kubectl.run("get", "--raw", "/api/v1/namespaces/default")))
                .contains("\"name\":\"default\"");
    }

    @Test
    void applyCreatesThenChangesThenLeavesAlone() {
        assertThat(apply(CLUSTER.formatted("applied"))).contains("concordcluster.concordkv.io/applied created");
        assertThat(apply(CLUSTER.formatted("applied"))).contains("unchanged");
        assertThat(apply(CLUSTER.formatted("applied").replace("nodes: 3", "nodes: 5")))
                .contains("configured");
        assertThat(done(kubectl.run("get", "ccl", "applied", "-o", "jsonpath={.spec.nodes} {.metadata.generation}")))
                .isEqualTo("5 2");
    }

    @Test
    void getShowsTheColumnsOfTheDefinitionAndDefaultsAsYaml() {
        apply(CLUSTER.formatted("shown"));
        done(
                kubectl.run(
                        "patch",
                        "ccl",
                        "shown",
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"AllNodesReady\","
                                + "\"message\":\"\",\"observedGeneration\":1,\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}"));
        assertThat(done(kubectl.run("get", "ccl", "shown")))
                .containsPattern("NAME +READY +QUORATE +NODES +SHARDS +VERSION +ACTION +AGE")
                .containsPattern("shown +True .*\\d+s");
        assertThat(done(kubectl.run("get", "ccl", "shown", "-o", "yaml")))
                .contains("replicationFactor: 3", "shards: 8", "size: 1Gi");
        assertThat(done(kubectl.run("wait", "--for=condition=Ready", "ccl/shown", "--timeout=5s")))
                .contains("condition met");
        assertThat(done(kubectl.run("describe", "ccl", "shown")))
                .contains("Name:         shown", "Replication Factor:");
    }

    @Test
    void serverSideApplyOwnsFieldsAndConflictsUntilForced() {
        String mine = STATEFUL_SET.formatted("owned", 2);
        assertThat(apply(mine, "--server-side", "--field-manager=mine")).contains("serverside-applied");
        done(kubectl.run("scale", "sts/owned", "--replicas=4"));
        Result refused = kubectl.withInput(mine, "apply", "-f", "-", "--server-side", "--field-manager=mine");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using"
                        + " apps/v1: .spec.replicas");
        apply(mine, "--server-side", "--field-manager=mine", "--force-conflicts");
        assertThat(done(kubectl.run("get", "sts", "owned", "-o", "jsonpath={.spec.replicas}")))
                .isEqualTo("2");
        String version = done(kubectl.run("get", "sts", "owned", "-o", "jsonpath={.metadata.resourceVersion}"));
        apply(mine, "--server-side", "--field-manager=mine");
        assertThat(done(kubectl.run("get", "sts", "owned", "-o", "jsonpath={.metadata.resourceVersion}")))
                .as("applying the same again writes nothing")
                .isEqualTo(version);
    }

    @Test
    void diffAndDryRunChangeNothing() {
        apply(CLUSTER.formatted("dry"));
        String changed = CLUSTER.formatted("dry").replace("nodes: 3", "nodes: 7");
        Result diff = kubectl.withInput(changed, "diff", "-f", "-");
        assertThat(diff.code()).as(diff.all()).isEqualTo(1);
        assertThat(diff.out()).contains("-  nodes: 3", "+  nodes: 7");
        assertThat(apply(changed, "--dry-run=server")).contains("configured (server dry run)");
        assertThat(apply(changed, "--server-side", "--force-conflicts", "--dry-run=server"))
                .contains("serverside-applied (server dry run)");
        assertThat(apply(CLUSTER.formatted("never"), "--dry-run=server")).contains("created (server dry run)");
        assertThat(kubectl.run("get", "ccl", "never").err()).contains("not found");
        assertThat(kubectl.withInput(CLUSTER.formatted("dry"), "diff", "-f", "-")
                        .code())
                .isZero();
    }

    @Test
    void getWatchShowsChangesAsTheyHappen() throws IOException, InterruptedException {
        apply(configMap("watched-first", "1"));
        Process watch = kubectl.start(Map.of(), "get", "cm", "-w", "--output-watch-events");
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try (var out = new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
                out.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add("the output ended: " + e.getMessage());
            }
        });
        try {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> lines.stream().anyMatch(l -> l.contains("watched-first")));
            apply(configMap("watched", "1"));
            await().atMost(Duration.ofSeconds(20)).until(() -> seen(lines, "ADDED +watched +1 +\\d+s"));
            apply(configMap("watched", "1").replace("key:", "other: two\n  key:"));
            await().atMost(Duration.ofSeconds(20)).until(() -> seen(lines, "MODIFIED +watched +2 +\\d+s"));
            done(kubectl.run("delete", "cm", "watched"));
            await().atMost(Duration.ofSeconds(20)).until(() -> seen(lines, "DELETED +watched +2 +\\d+s"));
        } finally {
            watch.destroy();
            reader.join();
        }
    }

    private static boolean seen(List<String> lines, String pattern) {
        return lines.stream().anyMatch(line -> line.matches(pattern));
    }

    @Test
    void explainDescribesCustomAndBuiltInFields() {
        assertThat(done(kubectl.run("explain", "ccl.spec.storage")))
                .contains("GROUP:      concordkv.io", "size\t<string>", "Bytes of the volume");
        assertThat(done(kubectl.run("explain", "ccl"))).contains("spec\t<", "status\t<");
        assertThat(done(kubectl.run("explain", "sts.spec.updateStrategy")))
                .contains("rollingUpdate\t<", "type\t<string>");
        assertThat(done(kubectl.run("explain", "pod.metadata.labels")))
                .contains("Key-value pairs that selectors match");
    }

    @Test
    void eventsAreListedByBothCommands() {
        String event = """
                apiVersion: v1
                kind: Event
                metadata:
                  name: demo.1
                involvedObject:
                  apiVersion: concordkv.io/v1alpha1
                  kind: ConcordCluster
                  name: demo
                  namespace: default
                reason: Bootstrapped
                message: founded with 3 nodes
                type: Normal
                firstTimestamp: "2026-01-01T00:00:00Z"
                lastTimestamp: "2026-01-01T00:00:00Z"
                count: 1
                source:
                  component: concordkv-operator
                """;
        done(kubectl.withInput(event, "create", "-f", "-"));
        assertThat(done(kubectl.run("get", "events")))
                .containsPattern("LAST SEEN +TYPE +REASON +OBJECT +MESSAGE")
                .containsPattern("Normal +Bootstrapped +concordcluster/demo +founded with 3 nodes");
        assertThat(done(kubectl.run("events", "--for", "ConcordCluster/demo"))).contains("founded with 3 nodes");
        assertThat(done(kubectl.run("get", "events.events.k8s.io", "-o", "jsonpath={.items[0].note}")))
                .isEqualTo("founded with 3 nodes");
    }

    @Test
    void editSavesWhatTheEditorChanged() throws IOException {
        apply(configMap("edited", "before"));
        Path editor = Files.writeString(directory.resolve("editor"), "#!/bin/sh\nsed -i 's/before/after/' \"$1\"\n");
        assertThat(editor.toFile().setExecutable(true)).isTrue();
        assertThat(done(kubectl.run("", Map.of("EDITOR", editor.toString()), "edit", "cm", "edited")))
                .contains("configmap/edited edited");
        assertThat(done(kubectl.run("get", "cm", "edited", "-o", "jsonpath={.data.key}")))
                .isEqualTo("after");
    }

    @Test
    void patchesOfThreeKindsAreUnderstood() {
        apply(STATEFUL_SET.formatted("patched", 1));
        String sidecar =
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"sidecar\",\"image\":\"concordkv/node:2\"}]}}}}";
        done(kubectl.run("patch", "sts", "patched", "-p", sidecar));
        assertThat(done(kubectl.run(
                        "get", "sts", "patched", "-o", "jsonpath={.spec.template.spec.containers[*].name}")))
                .as("a strategic patch merges lists by name")
                .isEqualTo("node sidecar");
        done(kubectl.run("patch", "sts", "patched", "--type=merge", "-p", "{\"spec\":{\"replicas\":3}}"));
        done(kubectl.run(
                "patch",
                "sts",
                "patched",
                "--type=json",
                "-p",
                "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":3},"
                        + "{\"op\":\"remove\",\"path\":\"/spec/template/spec/containers/1\"}]"));
        assertThat(done(kubectl.run(
                        "get",
                        "sts",
                        "patched",
                        "-o",
                        "jsonpath={.spec.replicas} {.spec.template.spec.containers[*].name}")))
                .isEqualTo("3 node");
        Result refused = kubectl.run(
                "patch",
                "sts",
                "patched",
                "--type=json",
                "-p",
                "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":9}]");
        assertThat(refused.err()).contains("testing value /spec/replicas failed");
    }

    @Test
    void labelAnnotateAndScale() {
        apply(CLUSTER.formatted("scaled"));
        assertThat(done(kubectl.run("label", "ccl", "scaled", "team=storage"))).contains("labeled");
        assertThat(done(kubectl.run("get", "ccl", "-l", "team=storage", "-o", "name")))
                .contains("concordcluster.concordkv.io/scaled");
        assertThat(done(kubectl.run("get", "ccl", "-l", "team in (other)", "-o", "name")))
                .isEmpty();
        done(kubectl.run("annotate", "ccl", "scaled", "note=hello"));
        assertThat(done(kubectl.run("scale", "ccl/scaled", "--replicas=5"))).contains("scaled");
        assertThat(done(kubectl.run("get", "ccl", "scaled", "-o", "jsonpath={.spec.nodes}")))
                .isEqualTo("5");
        assertThat(done(kubectl.run("get", "cm", "--field-selector", "metadata.name=nothing", "-o", "name")))
                .isEmpty();
        assertThat(kubectl.run("get", "cm", "--field-selector", "data.key=1").err())
                .contains("field label not supported: data.key");
    }

    @Test
    void deletionWaitsForFinalizers() {
        apply(CLUSTER.formatted("held").replace("name: held", "name: held\n  finalizers: [test.concordkv.io/hold]"));
        done(kubectl.run("delete", "ccl", "held", "--wait=false"));
        assertThat(done(kubectl.run("get", "ccl", "held", "-o", "jsonpath={.metadata.deletionTimestamp}")))
                .isNotEmpty();
        done(kubectl.run("patch", "ccl", "held", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}"));
        assertThat(kubectl.run("get", "ccl", "held").err()).contains("NotFound");
        apply(STATEFUL_SET.formatted("cascaded", 1));
        done(kubectl.run("delete", "sts", "cascaded", "--cascade=orphan", "--wait=false"));
        assertThat(done(kubectl.run("get", "sts", "cascaded", "-o", "jsonpath={.metadata.finalizers}")))
                .isEqualTo("[\"orphan\"]");
        apply(configMap("gone", "1"));
        assertThat(done(kubectl.run("delete", "cm", "gone"))).contains("configmap \"gone\" deleted");
    }

    @Test
    void aBoundPodStaysTerminatingUntilItsKubeletIsDone() {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: ending
                spec:
                  nodeName: laptop
                  terminationGracePeriodSeconds: 20
                  containers:
                  - name: node
                    image: concordkv/node:1
                """;
        apply(pod);
        done(kubectl.run("delete", "pod", "ending", "--wait=false"));
        assertThat(done(kubectl.run("get", "pod", "ending")))
                .containsPattern("NAME +READY +STATUS +RESTARTS +AGE")
                .containsPattern("ending +0/1 +Terminating +0 +");
        assertThat(done(kubectl.run("get", "pod", "ending", "-o", "jsonpath={.metadata.deletionGracePeriodSeconds}")))
                .isEqualTo("20");
        done(kubectl.run("delete", "pod", "ending", "--grace-period=0", "--force"));
        assertThat(kubectl.run("get", "pod", "ending").err()).contains("NotFound");
    }

    @Test
    void logsComeFromThePodRuntimeAndExecSaysWhatToUseInstead() {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: logging
                spec:
                  nodeName: laptop
                  containers:
                  - name: node
                    image: concordkv/node:1
                """);
        done(kubectl.run(
                "patch", "pod", "logging", "--subresource=status", "-p", "{\"status\":{\"phase\":\"Running\"}}"));
        assertThat(done(kubectl.run("logs", "logging"))).isEqualTo("one\ntwo\n");
        assertThat(done(kubectl.run("logs", "logging", "--tail=1", "-f"))).isEqualTo("two\n");
        assertThat(kubectl.run("logs", "logging", "--previous").err()).contains("previous terminated container");
        assertThat(kubectl.run("exec", "logging", "--", "ls").err())
                .contains("exec is not available on the local endpoint: the pod is process 4711");
        assertThat(kubectl.run("port-forward", "pod/logging", "0:8080").err())
                .contains("the pod listens on 127.0.1.1:8080 already");
    }

    @Test
    void unknownFieldsAndWrongTypesAreRefusedByName() {
        Result unknown = kubectl.withInput(CLUSTER.formatted("odd") + "  replicas: 3\n", "apply", "-f", "-");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("strict decoding error: unknown field \"spec.replicas\"");
        Result wrong = kubectl.withInput(
                STATEFUL_SET.formatted("odd", 1).replace("replicas: 1", "replicas: many"), "apply", "-f", "-");
        assertThat(wrong.err()).contains("spec.replicas");
        Result immutable = kubectl.withInput(
                STATEFUL_SET.formatted("odd", 1).replace("serviceName: web", "serviceName: other"), "apply", "-f", "-");
        assertThat(immutable.code()).isZero();
        assertThat(kubectl.withInput(STATEFUL_SET.formatted("odd", 1), "apply", "-f", "-")
                        .err())
                .contains("updates to statefulset spec for fields other than 'replicas'");
    }

    @Test
    void canIAndWhoAmI() {
        assertThat(done(kubectl.run("auth", "can-i", "create", "pods"))).isEqualTo("yes\n");
        assertThat(done(kubectl.run("auth", "whoami"))).contains("local");
    }

    @Test
    void commandsThatSendProtobufAreUnderstood() {
        assertThat(done(kubectl.run("create", "namespace", "made"))).contains("namespace/made created");
        assertThat(done(kubectl.run("get", "ns", "made"))).containsPattern("made +Active");
        done(kubectl.run("create", "configmap", "literal", "-n", "made", "--from-literal=a=b"));
        done(kubectl.run("create", "secret", "generic", "hidden", "-n", "made", "--from-literal=a=b"));
        assertThat(done(kubectl.run("get", "cm,secret", "-n", "made", "-o", "jsonpath={.items[*].data.a}")))
                .isEqualTo("b Yg==");
        Result refused = kubectl.run("create", "role", "r", "--verb=get", "--resource=pods");
        assertThat(refused.err()).contains("--dry-run=client -o yaml");
    }
}
