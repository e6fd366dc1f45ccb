package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a user asks for. Every component but `templateRevision` has a default, here and in the
/// schema alike.
///
/// @param nodes              pods of the cluster, 1 to 100
/// @param replicationFactor  voters a shard: 1, 3, 5 or 7, at most `nodes`
/// @param shards             hash shards of keyspace `default`, 1 to 4,096; never changes
/// @param engine             storage engine of keyspace `default`
/// @param image              image of the node
/// @param resources          requests and limits of the node's container
/// @param storage            the volume of each node
/// @param config             node settings by name, `concord.…`
/// @param zones              zones to spread over; not supported yet
/// @param dataPolicy         what becomes of the volumes when the resource is deleted
/// @param updatePolicy       who decides when the next node restarts
/// @param templateRevision   pins the pod template; not supported yet
/// @param paused             nothing is written but status
/// @param deletionProtection deletion waits until this is taken back
/// @param scheduling         where pods may run; not supported yet
/// @param podTemplate        labels and annotations of the pods; not supported yet
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.replicationFactor <= self.nodes",
        message = "spec.replicationFactor must be at most spec.nodes",
        fieldPath = ".replicationFactor")
@ValidationRule(
        value = "!has(self.templateRevision)",
        message = "spec.templateRevision is not supported yet",
        fieldPath = ".templateRevision")
public record ConcordClusterSpec(
        @JsonPropertyDescription("Nodes (pods) of the cluster.") @SpecReplicas @Default("3") @Min(1) @Max(100)
        Integer nodes,

        @JsonPropertyDescription("Voters a shard: 1, 3, 5 or 7, at most spec.nodes.")
        @Default("3")
        @Min(1)
        @Max(7)
        @ValidationRule(value = "self in [1, 3, 5, 7]", message = "spec.replicationFactor must be one of 1, 3, 5, 7")
        @ValidationRule(value = "self == oldSelf", message = "changing spec.replicationFactor is not supported yet")
        Integer replicationFactor,

        @JsonPropertyDescription("Hash shards of the default keyspace. Never changes.")
        @Default("8")
        @Min(1)
        @Max(4096)
        @ValidationRule(value = "self == oldSelf", message = "spec.shards is immutable")
        Integer shards,

        @JsonPropertyDescription("Storage engine of the default keyspace.")
        @Default("memory")
        @Size(min = 1, max = 32)
        @ValidationRule(
                value = "self == 'memory'",
                message = "spec.engine must be 'memory'; other engines are not supported yet")
        String engine,

        @JsonPropertyDescription("Image of the node.")
        @Default("concordkv/node:latest")
        @Size(min = 1, max = 512)
        @ValidationRule(
                value = "self.matches('^[a-zA-Z0-9][-a-zA-Z0-9_./:@]*$')",
                message = "spec.image must be an image reference, such as concordkv/node:latest")
        String image,

        @JsonPropertyDescription("Requests and limits of the node's container.") @Nullable
        ClusterResources resources,

        @JsonPropertyDescription("The volume of each node.") @Default("{}")
        ClusterStorage storage,

        @JsonPropertyDescription("Node settings by name, such as concord.memory.cache; a change restarts the nodes.")
        @Default("{}")
        @Size(max = 64)
        @ValidationRule(
                value = "self.all(k, size(k) <= 128 && k.matches('^concord[.][a-z0-9.-]*[a-z0-9]$'))",
                message = "spec.config takes only node settings: names start with 'concord.',"
                        + " are of a-z, 0-9, '.' and '-', and have at most 128 characters")
        @ValidationRule(
                value = "self.all(k, !k.matches(" + ConcordClusterSpec.OPERATORS_OWN + "))",
                message = "spec.config must not hold settings that the operator makes",
                messageExpression = "'spec.config must not hold ' + self.filter(k, k.matches("
                        + ConcordClusterSpec.OPERATORS_OWN
                        + "))[0] + ': the operator sets concord.node.*, concord.data.*, concord.http.*,"
                        + " concord.admin.*, concord.peer.*, concord.bind, concord.advertise and concord.zone,"
                        + " however dots and hyphens are written'")
        @ValidationRule(
                value = "self.all(k, self.exists_one(o, o.replace('-', '.') == k.replace('-', '.')))",
                message = "spec.config holds a setting twice: a dot or a hyphen makes no difference")
        Map<String, @Size(max = 256) String> config,

        @JsonPropertyDescription("Zones to spread nodes over. Not supported yet.")
        @Default("[]")
        @Size(max = 16)
        @ValidationRule(value = "size(self) == 0", message = "spec.zones is not supported yet")
        List<@Size(max = 63) String> zones,

        @JsonPropertyDescription("Retain keeps the volumes when the cluster is deleted, Delete removes them.")
        @Default("Retain")
        DataPolicy dataPolicy,

        @JsonPropertyDescription("When the next node may restart.") @Default("{}")
        UpdatePolicy updatePolicy,

        @JsonPropertyDescription("Pins the pod template. Not supported yet.") @Size(max = 63) @Nullable
        String templateRevision,

        @JsonPropertyDescription("While true the operator writes nothing but status.") @Default("false")
        Boolean paused,

        @JsonPropertyDescription("While true a deletion waits.") @Default("false")
        Boolean deletionProtection,

        @JsonPropertyDescription("Where pods may run. Not supported yet.") @Default("{}")
        Scheduling scheduling,

        @JsonPropertyDescription("Labels and annotations of the pods. Not supported yet.") @Default("{}")
        PodTemplateExtras podTemplate) {

    /// In CEL: settings whose variable in the node's environment the operator sets itself. A dot and a hyphen
    /// are the same there.
    private static final String OPERATORS_OWN = "'^concord[.]((node|data|http|admin|peer)[.-]|(bind|advertise|zone)$)'";

    public static final int NODES_DEFAULT = 3;
    public static final int REPLICATION_FACTOR_DEFAULT = 3;
    public static final int SHARDS_DEFAULT = 8;
    public static final String ENGINE_DEFAULT = "memory";
    public static final String IMAGE_DEFAULT = "concordkv/node:latest";

    @SuppressWarnings("NullAway") // each null becomes its default
    public static final ConcordClusterSpec DEFAULT = new ConcordClusterSpec(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    public ConcordClusterSpec {
        nodes = nodes == null ? Integer.valueOf(NODES_DEFAULT) : nodes;
        replicationFactor = replicationFactor == null ? Integer.valueOf(REPLICATION_FACTOR_DEFAULT) : replicationFactor;
        shards = shards == null ? Integer.valueOf(SHARDS_DEFAULT) : shards;
        engine = engine == null ? ENGINE_DEFAULT : engine;
        image = image == null ? IMAGE_DEFAULT : image;
        storage = storage == null ? ClusterStorage.DEFAULT : storage;
        config = config == null ? Map.of() : config;
        zones = zones == null ? List.of() : zones;
        dataPolicy = dataPolicy == null ? DataPolicy.RETAIN : dataPolicy;
        updatePolicy = updatePolicy == null ? UpdatePolicy.DEFAULT : updatePolicy;
        paused = paused == null ? Boolean.FALSE : paused;
        deletionProtection = deletionProtection == null ? Boolean.FALSE : deletionProtection;
        scheduling = scheduling == null ? Scheduling.NONE : scheduling;
        podTemplate = podTemplate == null ? PodTemplateExtras.NONE : podTemplate;
    }
}
