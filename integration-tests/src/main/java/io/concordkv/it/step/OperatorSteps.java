package io.concordkv.it.step;

import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Operator;
import io.concordkv.it.kube.Sample;
import io.concordkv.it.machine.AuditLog;
import io.concordkv.it.machine.Machine;
import io.concordkv.it.machine.Rights;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// The operator's own pods and rights.
final class OperatorSteps {
    private static final String DRIFT = "{\"data\":{\"concord.properties\":\"# changed by hand %d\\n\"}}";
    private static final String KUBE_SYSTEM = "kube-system";

    private OperatorSteps() {}

    static final Step LEADERS = new Step(
            "operator-leaders",
            "a killed leader is followed by the other: one writer at a time, no node restarted",
            OperatorSteps::leaders);
    static final Step RIGHTS = new Step(
            "rights",
            "the operator uses the rights it has, all of them, and was refused nothing",
            OperatorSteps::rights);

    private static void leaders(Stage stage) throws IOException, InterruptedException {
        AuditLog audit = stage.machine().audit();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        var operator = new Operator(stage.client());
        List<String> before = cluster.incarnations();
        long position = audit.end();
        var waits = new ArrayList<String>();
        repaired(stage, cluster, 0);
        for (int kill = 1; kill <= stage.extent().kills(); kill++) {
            stage.await("both operators", operator::notReady);
            String leader = operator.leader();
            var pod = stage.client().pods().inNamespace(Operator.NAMESPACE).withName(leader);
            Difference.unless(pod.get() != null, "the Lease names %s, and there is no such pod", leader);
            // In turn without and with time to say goodbye.
            boolean hard = kill % 2 == 1;
            if (hard) {
                Machine.kill(stage.machine().process(pod.get()));
            }
            pod.withGracePeriod(hard ? 0 : 30).delete();
            Duration time = repaired(stage, cluster, kill);
            waits.add("%.1f s%s".formatted(time.toMillis() / 1e3, hard ? "" : " (asked to end)"));
            String next = operator.leader();
            Difference.unless(!next.equals(leader), "%s was killed and still leads", leader);
        }
        stage.note("repaired after each kill within: %s", String.join(", ", waits));
        stage.await("both operators", operator::notReady);
        stage.awaitReady(cluster);
        List<String> writers = audit.writers(position, Operator.NAME);
        stage.note("writers in turn: %s", String.join(", ", writers));
        Difference.unless(
                new HashSet<>(writers).size() == writers.size(),
                "one wrote after its successor had begun: %s",
                writers);
        Difference.unless(
                writers.size() >= stage.extent().kills(),
                "%d leaders were killed, and only these wrote: %s",
                stage.extent().kills(),
                writers);
        Difference.unless(
                cluster.incarnations().equals(before), "pods before: %s, after: %s", before, cluster.incarnations());
    }

    /// Something to do for whoever leads: a ConfigMap changed by hand.
    private static Duration repaired(Stage stage, Cluster cluster, int round) throws IOException, InterruptedException {
        Resource<ConfigMap> map =
                stage.client().configMaps().inNamespace(stage.namespace()).withName(cluster.name());
        map.patch(PatchContext.of(PatchType.JSON_MERGE), DRIFT.formatted(round));
        return stage.await("the ConfigMap as it was", () -> {
            String text = map.get().getData().getOrDefault("concord.properties", "");
            return text.contains("changed by hand") ? Optional.of("it holds " + text.strip()) : Optional.empty();
        });
    }

    private static void rights(Stage stage) throws IOException, InterruptedException {
        Rights rights =
                Rights.compare(stage.client(), stage.machine(), stage.auditFrom(), Operator.NAMESPACE, Operator.NAME);
        stage.note(
                "%d rights granted, %d requests, %d refused while the API server was starting",
                rights.granted(), rights.requests(), rights.early());
        Difference.unless(rights.refused().isEmpty(), "refused: %s", rights.refused());
        Difference.unless(rights.unused().isEmpty(), "granted and never used: %s", rights.unused());
        Difference.unless(rights.granted() > 0, "no role is bound to the operator");
        secretsAreClosed(stage);
    }

    private static void secretsAreClosed(Stage stage) throws IOException, InterruptedException {
        String token = stage.kubectl()
                .everywhere()
                .done("create", "token", Operator.NAME, "--namespace", Operator.NAMESPACE)
                .strip();
        Config own = stage.client().getConfiguration();
        var config = new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl(own.getMasterUrl())
                .withCaCertData(own.getCaCertData())
                .withOauthToken(token)
                .build();
        try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
            client.secrets().inNamespace(KUBE_SYSTEM).list();
        } catch (KubernetesClientException refused) {
            String message = String.valueOf(refused.getMessage());
            Difference.unless(refused.getCode() == 403, "reading Secrets of another namespace: %s", message);
            stage.note("Secrets of namespace %s: %s", KUBE_SYSTEM, message);
            return;
        }
        throw new Difference("the operator's token reads the Secrets of " + KUBE_SYSTEM);
    }
}
