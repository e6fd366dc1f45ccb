package io.concordkv.local.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.local.api.PodRuntime.LogOptions;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeletPiecesTest {
    @TempDir
    Path directory;

    @Test
    void restartsWaitTwiceAsLongEachTimeUpToABound() {
        var backoff = new RestartBackoff(Duration.ofSeconds(10), Duration.ofSeconds(50));
        var now = Instant.now();
        assertThat(List.of(
                        backoff.ended(now, now),
                        backoff.ended(now, now),
                        backoff.ended(now, now),
                        backoff.ended(now, now),
                        backoff.ended(now, now)))
                .extracting(Duration::toSeconds)
                .containsExactly(0L, 10L, 20L, 40L, 50L);
        assertThat(backoff.ended(now.minusSeconds(100), now)).isZero();
    }

    @Test
    void twoClustersNeverShareABlockOfAddresses() throws IOException {
        try (var one = AddressBlock.claim(7);
                var two = AddressBlock.claim(7)) {
            assertThat(one.nodeAddress()).isNotEqualTo(two.nodeAddress());
            assertThat(one.takePodAddress()).startsWith(one.nodeAddress().replace("0.1", ""));
            assertThat(one.takePodAddress()).isNotEqualTo(one.takePodAddress());
        }
    }

    @Test
    void imagesMeanCommandsWhateverTheirRegistryAndTag() {
        var table = new ImageTable(Map.of("concordkv/node", ImageTable.Image.of("node")));
        for (String name : List.of("concordkv/node", "concordkv/node:1.2", "docker.io/concordkv/node@sha256:0a")) {
            assertThat(table.pull(name)).as(name).isEqualTo(new ImageTable.Pull.Found(ImageTable.Image.of("node")));
        }
        assertThat(table.pull("registry.local:5000/other")).isInstanceOf(ImageTable.Pull.Failed.class);
    }

    @Test
    void logsCanBeCutAndTimed() throws IOException {
        var log = new ContainerLog(directory.resolve("0.log"));
        log.pump(new ByteArrayInputStream("one\ntwo\nthree".getBytes(StandardCharsets.UTF_8)));
        assertThat(read(log, OptionalInt.empty(), false)).isEqualTo("one\ntwo\nthree\n");
        assertThat(read(log, OptionalInt.of(2), false)).isEqualTo("two\nthree\n");
        assertThat(read(log, OptionalInt.of(1), true)).matches("\\d{4}-.*Z three\n");
    }

    private static String read(ContainerLog log, OptionalInt tail, boolean timestamps) throws IOException {
        var options = new LogOptions(true, false, tail, timestamps, null, OptionalInt.empty());
        try (var stream = new LogStream(log.file(), log, options)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void hostsFilesNamePodsOfHeadlessServices() {
        var service = new ServiceBuilder()
                .withNewMetadata()
                .withName("demo-peers")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .endSpec()
                .build();
        var endpoints = new EndpointsBuilder()
                .withNewMetadata()
                .withName("demo-peers")
                .withNamespace("default")
                .endMetadata()
                .addNewSubset()
                .addNewAddress()
                .withIp("127.80.1.1")
                .withHostname("demo-a-0")
                .endAddress()
                .endSubset()
                .build();
        assertThat(HostsFiles.text("default", List.of(service), List.of(endpoints)))
                .contains("127.80.1.1 demo-a-0.demo-peers demo-a-0.demo-peers.default demo-a-0.demo-peers.default.svc"
                        + " demo-a-0.demo-peers.default.svc.cluster.local\n")
                .contains("127.80.1.1 demo-peers demo-peers.default ");
        assertThat(HostsFiles.text("other", List.of(service), List.of(endpoints)))
                .contains("127.80.1.1 demo-a-0.demo-peers.default ")
                .doesNotContain(" demo-a-0.demo-peers ");
    }
}
