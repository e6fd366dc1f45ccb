package io.concordkv.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whose work a sample is.
class StageTest {
    @Test
    void theInnermostMethodThatSomebodyOwnsDecides() {
        assertThat(Stage.of(List.of(
                        "io.netty.channel.unix.Socket",
                        "io.vertx.core.net.impl.NetSocketImpl",
                        "io.concordkv.server.peer.PeerLink",
                        "io.concordkv.shard.host.Outbox",
                        "io.concordkv.shard.host.ShardHost")))
                .isEqualTo(Stage.PEERS);
        assertThat(Stage.of(List.of(
                        "io.netty.channel.unix.Socket",
                        "io.vertx.core.http.impl.Http1xServerConnection",
                        "io.concordkv.server.data.KeyCalls",
                        "io.concordkv.shard.replica.Applier")))
                .isEqualTo(Stage.HTTP);
        assertThat(Stage.of(List.of("java.util.HashMap", "io.concordkv.raft.Leadership")))
                .isEqualTo(Stage.STEP);
        assertThat(Stage.of(List.of("sun.nio.ch.FileChannelImpl", "io.concordkv.disk.ChannelFile")))
                .isEqualTo(Stage.LOG);
        assertThat(Stage.of(List.of("io.netty.channel.epoll.Native", "java.lang.Thread")))
                .isEqualTo(Stage.LOOP);
    }

    @Test
    void whoNamesMoreOfATypeOwnsIt() {
        assertThat(Stage.of("io.concordkv.shard.host.Outbox")).contains(Stage.PEERS);
        assertThat(Stage.of("io.concordkv.shard.host.ShardHost")).contains(Stage.STEP);
        assertThat(Stage.of("io.concordkv.shard.replica.Applier")).contains(Stage.APPLY);
        assertThat(Stage.of("io.concordkv.server.data.DataPort")).contains(Stage.HTTP);
        assertThat(Stage.of("io.concordkv.server.NodeHost")).contains(Stage.ROUTING);
        assertThat(Stage.of("java.lang.String")).isEmpty();
    }

    @Test
    void threadsOfTheVirtualMachineHaveNoStacks() {
        assertThat(Stage.ofThread("C2 CompilerThre")).contains(Stage.COMPILER);
        assertThat(Stage.ofThread("VM Thread")).contains(Stage.COLLECTOR);
        assertThat(Stage.ofThread("JFR Sampler Thr")).contains(Stage.SAMPLING);
        assertThat(Stage.ofThread("vert.x-eventloo")).isEmpty();
        assertThat(Stage.ofThread("wal")).isEmpty();
    }

    @Test
    void theClockOfThreadsKnowsTheirNames() throws IOException {
        assertThat(ThreadClock.read(List.of(ProcessHandle.current().pid())))
                .containsKey("VM Thread")
                .allSatisfy((name, nanos) -> assertThat(nanos).isNotNegative());
    }
}
