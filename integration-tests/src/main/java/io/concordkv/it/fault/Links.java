package io.concordkv.it.fault;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.it.process.ProcessCluster;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// The links between nodes, one for each direction. In a network of its own ([OwnNetwork]) the kernel's
/// packet filter drops packets; elsewhere the nodes drop frames themselves (`PUT /faults`). Delay is always
/// the nodes' own.
final class Links implements AutoCloseable {
    private final ProcessCluster cluster;
    private final boolean kernel = OwnNetwork.isInside();
    /// What is lost of each link, in percent, by sender and receiver.
    private final Map<String, Map<String, Integer>> lost = new TreeMap<>();
    private int delayMillis;

    Links(ProcessCluster cluster) {
        this.cluster = cluster;
    }

    /// Who drops, for reports.
    String way() {
        return kernel ? "packets dropped by nftables" : "frames dropped by the nodes";
    }

    void cut(String from, String to) throws IOException, InterruptedException {
        lose(from, to, 100);
    }

    void cutBoth(String one, String other) throws IOException, InterruptedException {
        lost.computeIfAbsent(one, it -> new TreeMap<>()).put(other, 100);
        cut(other, one);
    }

    void lose(String from, String to, int percent) throws IOException, InterruptedException {
        lost.computeIfAbsent(from, it -> new TreeMap<>()).put(to, percent);
        apply();
    }

    /// Loses so much of every link.
    void loseEverywhere(int percent) throws IOException, InterruptedException {
        for (NodeEntry from : cluster.nodes()) {
            for (NodeEntry to : cluster.nodes()) {
                if (from != to) {
                    lost.computeIfAbsent(from.name(), it -> new TreeMap<>()).put(to.name(), percent);
                }
            }
        }
        apply();
    }

    /// Adds so much to every frame of every link.
    void delayEverywhere(int millis) throws IOException, InterruptedException {
        delayMillis = millis;
        apply();
    }

    void heal() throws IOException, InterruptedException {
        lost.clear();
        delayMillis = 0;
        apply();
    }

    private void apply() throws IOException, InterruptedException {
        if (kernel) {
            OwnNetwork.drop(lost);
        }
        for (NodeEntry node : cluster.nodes()) {
            ObjectNode body = JsonText.object();
            ObjectNode peers = body.putObject("peers");
            for (NodeEntry peer : cluster.nodes()) {
                int percent =
                        kernel ? 0 : lost.getOrDefault(node.name(), Map.of()).getOrDefault(peer.name(), 0);
                if (peer != node && (percent > 0 || delayMillis > 0)) {
                    peers.putObject(peer.name())
                            .put("drop", percent / 100.0)
                            .put("delayMs", delayMillis)
                            .put("direction", "out");
                }
            }
            cluster.faults(node.name(), body.toString());
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        heal();
    }
}
