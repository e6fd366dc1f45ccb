package io.concordkv.local.builtin;

import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.type.ResourceType;
import io.concordkv.local.type.ScalePaths;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The table of built-in types.
public final class BuiltinTypes {
    /// All verbs of a stored type, as discovery lists them.
    public static final Set<String> ALL_VERBS =
            Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private static final GroupResource EVENTS = new GroupResource("", "events");

    private enum Trait {
        CLUSTER_SCOPED,
        STATUS,
        GENERATION,
        SCALE
    }

    private final ModelSchemas schemas;
    private final List<ResourceType> types = new ArrayList<>();

    private BuiltinTypes(ModelSchemas schemas) {
        this.schemas = schemas;
    }

    public static List<ResourceType> all(ModelSchemas schemas) {
        BuiltinTypes table = new BuiltinTypes(schemas);
        table.core();
        table.apps();
        table.others();
        return List.copyOf(table.types);
    }

    private void core() {
        add("", "v1", "namespaces", "Namespace", Namespace.class, "ns", Trait.CLUSTER_SCOPED, Trait.STATUS)
                .selectable("status.phase");
        add("", "v1", "nodes", "Node", Node.class, "no", Trait.CLUSTER_SCOPED, Trait.STATUS)
                .selectable("spec.unschedulable");
        add("", "v1", "pods", "Pod", Pod.class, "po", Trait.STATUS)
                .selectable(
                        "spec.nodeName",
                        "spec.restartPolicy",
                        "spec.schedulerName",
                        "spec.serviceAccountName",
                        "status.phase",
                        "status.podIP",
                        "status.nominatedNodeName")
                .category("all");
        add("", "v1", "services", "Service", Service.class, "svc", Trait.STATUS)
                .selectable("spec.clusterIP", "spec.type")
                .category("all");
        add("", "v1", "endpoints", "Endpoints", Endpoints.class, "ep");
        add("", "v1", "configmaps", "ConfigMap", ConfigMap.class, "cm");
        add("", "v1", "secrets", "Secret", Secret.class, "").selectable("type");
        add("", "v1", "serviceaccounts", "ServiceAccount", ServiceAccount.class, "sa");
        add(
                "",
                "v1",
                "persistentvolumeclaims",
                "PersistentVolumeClaim",
                PersistentVolumeClaim.class,
                "pvc",
                Trait.STATUS);
        add(
                "",
                "v1",
                "persistentvolumes",
                "PersistentVolume",
                PersistentVolume.class,
                "pv",
                Trait.CLUSTER_SCOPED,
                Trait.STATUS);
        add("", "v1", "events", "Event", Event.class, "ev")
                .selectable(
                        "involvedObject.kind",
                        "involvedObject.namespace",
                        "involvedObject.name",
                        "involvedObject.uid",
                        "involvedObject.apiVersion",
                        "involvedObject.resourceVersion",
                        "involvedObject.fieldPath",
                        "reason",
                        "reportingComponent",
                        "source",
                        "type");
    }

    private void apps() {
        add(
                        "apps",
                        "v1",
                        "statefulsets",
                        "StatefulSet",
                        StatefulSet.class,
                        "sts",
                        Trait.STATUS,
                        Trait.GENERATION,
                        Trait.SCALE)
                .category("all");
        add("apps", "v1", "controllerrevisions", "ControllerRevision", ControllerRevision.class, "");
    }

    private void others() {
        add(
                "policy",
                "v1",
                "poddisruptionbudgets",
                "PodDisruptionBudget",
                PodDisruptionBudget.class,
                "pdb",
                Trait.STATUS,
                Trait.GENERATION);
        add("coordination.k8s.io", "v1", "leases", "Lease", Lease.class, "");
        add("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", EndpointSlice.class, "");
        add("events.k8s.io", "v1", "events", "Event", io.fabric8.kubernetes.api.model.events.v1.Event.class, "ev");
        add(
                "networking.k8s.io",
                "v1",
                "networkpolicies",
                "NetworkPolicy",
                NetworkPolicy.class,
                "netpol",
                Trait.GENERATION);
        String rbac = "rbac.authorization.k8s.io";
        add(rbac, "v1", "roles", "Role", Role.class, "");
        add(rbac, "v1", "rolebindings", "RoleBinding", RoleBinding.class, "");
        add(rbac, "v1", "clusterroles", "ClusterRole", ClusterRole.class, "", Trait.CLUSTER_SCOPED);
        add(
                rbac,
                "v1",
                "clusterrolebindings",
                "ClusterRoleBinding",
                ClusterRoleBinding.class,
                "",
                Trait.CLUSTER_SCOPED);
        add("storage.k8s.io", "v1", "storageclasses", "StorageClass", StorageClass.class, "sc", Trait.CLUSTER_SCOPED);
        add(
                        "apiextensions.k8s.io",
                        "v1",
                        "customresourcedefinitions",
                        "CustomResourceDefinition",
                        CustomResourceDefinition.class,
                        "crd",
                        Trait.CLUSTER_SCOPED,
                        Trait.STATUS,
                        Trait.GENERATION)
                .category("api-extensions");
    }

    private BuiltinTypes add(
            String group,
            String version,
            String resource,
            String kind,
            Class<?> model,
            String shortName,
            Trait... traits) {
        Set<Trait> has = EnumSet.noneOf(Trait.class);
        has.addAll(List.of(traits));
        types.add(new ResourceType(
                kind.equals("Event") ? EVENTS : new GroupResource(group, resource),
                group,
                version,
                resource,
                kind.toLowerCase(java.util.Locale.ROOT),
                kind,
                kind + "List",
                !has.contains(Trait.CLUSTER_SCOPED),
                shortNames(resource, shortName),
                List.of(),
                ALL_VERBS,
                schemas.schema(model),
                has.contains(Trait.STATUS),
                has.contains(Trait.GENERATION),
                false,
                has.contains(Trait.SCALE)
                        ? Optional.of(new ScalePaths(".spec.replicas", ".status.replicas", ".spec.selector"))
                        : Optional.empty(),
                BuiltinColumns.of(kind),
                List.of()));
        return this;
    }

    private static List<String> shortNames(String resource, String shortName) {
        if (resource.equals("customresourcedefinitions")) {
            return List.of("crd", "crds");
        }
        return shortName.isEmpty() ? List.of() : List.of(shortName);
    }

    /// Field selectors of the type added last.
    private BuiltinTypes selectable(String... fields) {
        types.add(types.removeLast().withSelectable(List.of(fields)));
        return this;
    }

    /// Category of the type added last.
    private BuiltinTypes category(String name) {
        types.add(types.removeLast().withCategories(List.of(name)));
        return this;
    }
}
