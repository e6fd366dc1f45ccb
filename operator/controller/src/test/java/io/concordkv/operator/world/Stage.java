package io.concordkv.operator.world;

import static org.awaitility.Awaitility.await;

import io.concordkv.crds.ConcordCluster;
import io.concordkv.operator.ConcordClusterReconciler;
import io.concordkv.operator.act.Executor;
import io.concordkv.operator.act.ObjectWriter;
import io.concordkv.operator.admin.AdminClient;
import io.concordkv.operator.lead.Leadership;
import io.concordkv.operator.metric.OperatorMetrics;
import io.concordkv.operator.observe.Causes;
import io.concordkv.operator.observe.Expectations;
import io.concordkv.operator.observe.Observer;
import io.concordkv.operator.status.EventWriter;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/// A namespace with one cluster resource `demo`, its fake nodes, and an operator that can be
/// started, killed and started again.
public final class Stage implements AutoCloseable {
    public static final String CLUSTER = "demo";
    public static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE_BETWEEN_PASSES = Duration.ofMillis(700);

    private final World world;
    private final String namespace;
    private final FakeCluster nodes = new FakeCluster();
    private final FakeKubelet kubelet;
    private volatile Gate gate = new Gate();
    private volatile int writesAsLeader = Integer.MAX_VALUE;
    private @Nullable Instant lostAt;
    private volatile boolean askedAgain;
    private @Nullable Operator operator;
    private @Nullable KubernetesClient operatorClient;
    private @Nullable AdminClient admin;

    Stage(World world, String namespace, String addressPrefix) {
        this.world = world;
        this.namespace = namespace;
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        this.kubelet = new FakeKubelet(client(), namespace, addressPrefix, world.adminPort(), nodes, () -> gate);
    }

    private KubernetesClient client() {
        return world.client();
    }

    public String namespace() {
        return namespace;
    }

    public FakeCluster nodes() {
        return nodes;
    }

    public Gate gate() {
        return gate;
    }

    /// Applies the cluster resource as kubectl would.
    ///
    /// @param spec in one line of YAML
    public void apply(String spec) {
        var wanted = Serialization.unmarshal("""
                apiVersion: concordkv.io/v1alpha1
                kind: ConcordCluster
                metadata: {name: %s, namespace: %s}
                spec: %s
                """.formatted(CLUSTER, namespace, spec), GenericKubernetesResource.class);
        client().resource(wanted).fieldManager("kubectl").forceConflicts().serverSideApply();
    }

    public void startOperator() {
        startOperator(Integer.MAX_VALUE);
    }

    /// @param writes after which it dies
    public void startOperator(int writes) {
        Gate current = new Gate();
        current.dieAfter(writes);
        gate = current;
        operatorClient = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(world.config())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("gate", new Interceptor() {
                    @Override
                    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
                        boolean reads = request.method().equals("GET");
                        if (current.isDead()
                                || (!reads
                                        && !current.write(request.method() + " "
                                                + request.uri().getPath()))) {
                            throw new UncheckedIOException(new ConnectException("this operator is dead"));
                        }
                        if (!reads && current.fails(request.uri().getPath())) {
                            builder.uri(world.failing());
                        }
                    }
                }))
                .build();
        admin = new AdminClient(world.adminPort());
        Leadership leadership = this::mayAct;
        var metrics = new OperatorMetrics(new SimpleMeterRegistry());
        var expectations = new Expectations();
        Clock clock = Clock.systemUTC();
        var reconciler = new ConcordClusterReconciler(
                new Observer(admin, expectations, new Causes(operatorClient, clock), clock),
                new Executor(
                        new ObjectWriter(operatorClient, metrics),
                        admin,
                        expectations,
                        metrics,
                        new SecureRandom(),
                        leadership),
                new EventWriter(operatorClient, metrics, clock, leadership),
                metrics,
                leadership);
        var started = new Operator(o -> o.withKubernetesClient(operatorClient)
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(false)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(1)));
        started.register(reconciler, c -> c.settingNamespace(namespace));
        started.start();
        operator = started;
    }

    /// The operator loses the right to act with its n-th write.
    public void leadForWrites(int writes) {
        writesAsLeader = writes;
    }

    /// Whether the pass in which it lost the right is over: a later one has asked in vain.
    public boolean hasAskedAgain() {
        return askedAgain;
    }

    private synchronized boolean mayAct() {
        if (gate.writes().size() < writesAsLeader) {
            return true;
        }
        Instant now = Instant.now();
        askedAgain |= lostAt != null && lostAt.plus(PAUSE_BETWEEN_PASSES).isBefore(now);
        lostAt = lostAt == null ? now : lostAt;
        return false;
    }

    /// The operator ends as by a crash: nothing it still wanted to send arrives.
    public void killOperator() {
        gate.dieAfter(0);
        if (operator != null) {
            operator.stop();
            operator = null;
        }
        if (admin != null) {
            admin.close();
            admin = null;
        }
        if (operatorClient != null) {
            operatorClient.close();
            operatorClient = null;
        }
    }

    public ConcordCluster cluster() {
        return client().resources(ConcordCluster.class)
                .inNamespace(namespace)
                .withName(CLUSTER)
                .get();
    }

    public boolean holds(String condition) {
        ConcordCluster cluster = cluster();
        return cluster != null
                && cluster.recorded()
                        .condition(condition)
                        .filter(c -> c.holds()
                                && c.observedGeneration()
                                        .equals(cluster.getMetadata().getGeneration()))
                        .isPresent();
    }

    public String reason(String condition) {
        return cluster().recorded().condition(condition).map(c -> c.reason()).orElse("");
    }

    public void awaitReady() {
        awaitThat("Ready", stage -> stage.holds("Ready"));
    }

    public void awaitThat(String what, Predicate<Stage> condition) {
        try {
            await(what + " in " + namespace)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> condition.test(this));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " never came: " + describe(), e);
        }
    }

    private String describe() {
        ConcordCluster cluster = cluster();
        return "cluster " + (cluster == null ? "is gone" : Serialization.asYaml(cluster.recorded())) + "\npods "
                + pods().stream()
                        .map(p -> p.getMetadata().getName() + " "
                                + p.getMetadata().getUid() + " "
                                + p.getMetadata().getLabels().get("controller-revision-hash") + " "
                                + p.getMetadata().getDeletionTimestamp() + " "
                                + p.getStatus().getConditions())
                        .toList()
                + "\nset " + (set() == null ? "is gone" : Serialization.asYaml(set().getStatus())) + "\nviolations "
                + nodes.violations();
    }

    public List<Pod> pods() {
        return client().pods().inNamespace(namespace).list().getItems().stream()
                .sorted(Comparator.comparing(p -> p.getMetadata().getName()))
                .toList();
    }

    /// Uid by pod name.
    public Map<String, String> podUids() {
        var uids = new TreeMap<String, String>();
        pods().forEach(p -> uids.put(p.getMetadata().getName(), p.getMetadata().getUid()));
        return uids;
    }

    public boolean allPodsRun(String image) {
        List<Pod> pods = pods();
        return !pods.isEmpty()
                && pods.stream()
                        .allMatch(p -> p.getSpec()
                                .getContainers()
                                .getFirst()
                                .getImage()
                                .equals(image));
    }

    public List<PersistentVolumeClaim> claims() {
        return client().persistentVolumeClaims().inNamespace(namespace).list().getItems();
    }

    /// A controller of Kubernetes tells something about an object.
    public void say(HasMetadata object, String type, String reason, String message) {
        client().resource(new EventBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withGenerateName("said-")
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withKind(object.getKind())
                        .withNamespace(namespace)
                        .withName(object.getMetadata().getName())
                        .withUid(object.getMetadata().getUid())
                        .endInvolvedObject()
                        .withType(type)
                        .withReason(reason)
                        .withMessage(message)
                        .withLastTimestamp(Instant.now().toString())
                        .build())
                .create();
    }

    public StatefulSet set() {
        return client().apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName(CLUSTER + "-a")
                .get();
    }

    public PodDisruptionBudget budget() {
        return client().policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withName(CLUSTER)
                .get();
    }

    /// Reasons of all events.
    public List<String> events() {
        return client().v1().events().inNamespace(namespace).list().getItems().stream()
                .map(Event::getReason)
                .toList();
    }

    /// Changes something on each object that does not concern the operator, so that it looks again.
    public void touchEverything(int round) {
        var touch = Map.of("example.org/round", Integer.toString(round));
        client().services().inNamespace(namespace).withName(CLUSTER).edit(o -> {
            o.getMetadata().getAnnotations().putAll(touch);
            return o;
        });
        client().apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName(CLUSTER + "-a")
                .edit(o -> {
                    o.getMetadata().getAnnotations().putAll(touch);
                    return o;
                });
        client().pods().inNamespace(namespace).withName(CLUSTER + "-a-0").edit(o -> {
            o.getMetadata().getLabels().put("example.org/round", Integer.toString(round));
            return o;
        });
        int looks = nodes.looks();
        await("a look at round " + round).atMost(PATIENCE).until(() -> nodes.looks() > looks);
    }

    /// Somebody other than the operator deletes a pod.
    public void deletePod(String name) {
        kubelet.expectEnd(name);
        client().pods().inNamespace(namespace).withName(name).delete();
    }

    public String claimUid(String pod) {
        return client().persistentVolumeClaims()
                .inNamespace(namespace)
                .withName("data-" + pod)
                .get()
                .getMetadata()
                .getUid();
    }

    /// The end of the pods is the user's wish.
    public void deleteCluster() {
        pods().forEach(p -> kubelet.expectEnd(p.getMetadata().getName()));
        client().resources(ConcordCluster.class)
                .inNamespace(namespace)
                .withName(CLUSTER)
                .delete();
    }

    /// Another operator, of this field manager, stores an id.
    public void rememberId(String clusterId) {
        client().resource(Serialization.unmarshal(
                        """
                        apiVersion: concordkv.io/v1alpha1
                        kind: ConcordCluster
                        metadata: {name: %s, namespace: %s}
                        status: {clusterId: %s}
                        """.formatted(CLUSTER, namespace, clusterId), GenericKubernetesResource.class))
                .subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("concord-operator")
                        .withForce(true)
                        .build());
    }

    public KubernetesClient kubernetes() {
        return client();
    }

    @Override
    public void close() {
        killOperator();
        kubelet.close();
    }
}
