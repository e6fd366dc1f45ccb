package io.concordkv.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/// One running, replicated, durable cluster: what `kubectl apply` hands to the operator.
///
/// Names are bound to 40 characters because pod and Service names are made from them and DNS
/// labels end at 63.
@Group(ConcordCluster.GROUP)
@Version(ConcordCluster.VERSION)
@Plural("concordclusters")
@Singular("concordcluster")
@ShortNames("ccl")
@Categories("concord")
@ValidationRule(
        value = "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message = "metadata.name must be at most 40 characters of a-z, 0-9 and '-',"
                + " start with a letter and not end with '-'")
@ValidationRule(
        value = "!(self.metadata.name in ['default', 'kubernetes'])",
        message = "metadata.name must not be 'default' or 'kubernetes':"
                + " Kubernetes itself has objects of these names")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Quorate", jsonPath = ".status.conditions[?(@.type==\"Quorate\")].status")
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.summary.nodes")
@AdditionalPrinterColumn(
        name = "Shards",
        jsonPath = ".status.shards.total",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.version.current")
@AdditionalPrinterColumn(name = "Action", jsonPath = ".status.currentAction.type")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class ConcordCluster extends CustomResource<ConcordClusterSpec, ConcordClusterStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    public static final String GROUP = "concordkv.io";
    public static final String VERSION = "v1alpha1";
    public static final String KIND = "ConcordCluster";

    /// A new object holds no spec: one that held the defaults would overwrite the user's wishes when
    /// only a finalizer or a status is applied.
    @Override
    @SuppressWarnings("NullAway") // the library's signature does not say that it may be null
    protected ConcordClusterSpec initSpec() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway")
    protected ConcordClusterStatus initStatus() {
        return null;
    }

    /// The status, [ConcordClusterStatus#NONE] before the first one is written.
    public ConcordClusterStatus recorded() {
        return status == null ? ConcordClusterStatus.NONE : status;
    }
}
