package io.concordkv.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.tools.console.CommandFailure;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A namespace with something of others in it, on an API server that knows nothing else.
class OwnNamespaceTest {
    private static final String NAMESPACE =
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shared\"}}";
    private static final String NONE = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{},\"items\":[]}";
    private static final String RETAINED = """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaimList", "metadata": {}, "items": [
              {"metadata": {"name": "data-prod-a-0", "namespace": "shared",
                            "labels": {"concordkv.io/cluster": "prod"}}}]}""";
    private static final String CLUSTER = """
            {"apiVersion": "concordkv.io/v1alpha1", "kind": "ConcordClusterList", "metadata": {}, "items": [
              {"apiVersion": "concordkv.io/v1alpha1", "kind": "ConcordCluster", "metadata": {"name": "prod"}}]}""";

    private String clusters = NONE;
    private String claims = NONE;
    private FakeApi api;

    @BeforeEach
    void startServer() throws IOException {
        api = new FakeApi(path -> path.endsWith("/concordclusters")
                ? clusters
                : path.endsWith("/persistentvolumeclaims") ? claims : NAMESPACE);
    }

    @AfterEach
    void stopServer() {
        api.close();
    }

    @Test
    void volumesThatADeletedClusterHasLeftAreNotTouched() {
        claims = RETAINED;
        assertThatThrownBy(() -> OwnNamespace.take(api.client(), "shared"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("data-prod-a-0")
                .hasMessageContaining("nothing was done");
        assertThat(api.asked()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void aNamespaceWithAClusterIsRefused() {
        clusters = CLUSTER;
        assertThatThrownBy(() -> OwnNamespace.take(api.client(), "shared"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("ConcordCluster prod");
        assertThat(api.asked()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void aNamespaceWithoutBothStays() throws InterruptedException {
        OwnNamespace.take(api.client(), "shared").close();
        assertThat(api.asked()).doesNotContain("DELETE /api/v1/namespaces/shared");
    }
}
