package io.concordkv.topology.founding;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.VolumeId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/// What founds a cluster (API §4, bootstrap). Node ids, replica ids and all configurations are a pure
/// function of it.
///
/// | field                      | bytes       |
/// |----------------------------|------------:|
/// | version                    |           1 |
/// | cluster                    |          16 |
/// | replication factor, shards | varint each |
/// | engine                     |        blob |
/// | nodes                      | varint count, then each: name (blob), volume (16), address, zone (blobs) |
public record FoundingBody(
        ClusterId cluster, int replicationFactor, int shards, String engine, List<FoundingNode> nodes) {
    private static final int VERSION = 1;
    private static final int NODES_MAX = 1_000;

    /// @param address host:port of its peer connections
    public record FoundingNode(String name, VolumeId volume, String address, String zone) {}

    public FoundingBody {
        nodes = List.copyOf(nodes);
    }

    /// What is wrong with the body, for a person; empty when nothing is.
    public String mistake() {
        if (nodes.isEmpty() || nodes.size() > NODES_MAX) {
            return "nodes: want 1 to " + NODES_MAX + ", got " + nodes.size();
        }
        if (!List.of(1, 3, 5, 7).contains(replicationFactor) || replicationFactor > nodes.size()) {
            return "replicationFactor: want 1, 3, 5 or 7 and at most the number of nodes (" + nodes.size() + "), got "
                    + replicationFactor;
        }
        if (shards < 1 || shards > 4_096) {
            return "shards: want 1 to 4096, got " + shards;
        }
        if (new TreeSet<>(nodes.stream().map(FoundingNode::volume).toList()).size() < nodes.size()) {
            return "nodes: two of them have the same volumeId";
        }
        if (new TreeSet<>(nodes.stream().map(FoundingNode::name).toList()).size() < nodes.size()) {
            return "nodes: two of them have the same name";
        }
        return "";
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(256).u8(VERSION);
        out.i64(cluster.high()).i64(cluster.low());
        out.varint(replicationFactor).varint(shards).text(engine).varint(nodes.size());
        for (FoundingNode node : nodes) {
            out.text(node.name());
            out.i64(node.volume().high()).i64(node.volume().low());
            out.text(node.address()).text(node.zone());
        }
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no body of a known version
    public static FoundingBody decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("founding body version", "1", version);
        }
        ClusterId cluster = new ClusterId(in.i64(), in.i64());
        int replicationFactor = (int) in.varint();
        int shards = (int) in.varint();
        String engine = in.text();
        int count = in.length(NODES_MAX);
        List<FoundingNode> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nodes.add(new FoundingNode(in.text(), new VolumeId(in.i64(), in.i64()), in.text(), in.text()));
        }
        in.expectEnd();
        return new FoundingBody(cluster, replicationFactor, shards, engine, nodes);
    }

    /// SHA-256 of the encoded body, in hexadecimal: equal bodies have equal hashes.
    public String hash() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encode()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    public boolean lists(VolumeId volume) {
        return nodes.stream().anyMatch(it -> it.volume().equals(volume));
    }
}
