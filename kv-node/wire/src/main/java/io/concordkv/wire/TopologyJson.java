package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The shard map as JSON: ids are strings of decimal digits, `from` and `to` 16 hexadecimal digits
/// (both inclusive), `leader` is left out while unknown. The reader ignores unknown fields.
///
/// ```
/// {"clusterId":"…","epoch":7,"hash":"…",
///  "nodes":[{"id":"1","name":"n1","http":"127.0.0.1:8080","zone":""}],
///  "shards":[{"id":"1","keyspace":"default","from":"0000000000000000","to":"1fffffffffffffff",
///             "epoch":3,"leader":"1","replicas":["1","2","3"]}]}
/// ```
public final class TopologyJson {
    private TopologyJson() {}

    public static byte[] encode(TopologyMap map) {
        return Json.write(1024, out -> {
            out.writeStartObject();
            out.writeStringField("clusterId", map.clusterId());
            out.writeNumberField("epoch", map.epoch());
            out.writeStringField("hash", map.hash());
            out.writeArrayFieldStart("nodes");
            for (TopologyMap.Node node : map.nodes()) {
                writeNode(out, node);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("shards");
            for (TopologyMap.Shard shard : map.shards()) {
                writeShard(out, shard);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /// @throws ProblemException `invalid-json` when it is no topology map
    public static TopologyMap decode(byte[] json) {
        return Json.read(json, TopologyJson::read);
    }

    private static void writeNode(JsonGenerator out, TopologyMap.Node node) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", node.id());
        out.writeStringField("name", node.name());
        out.writeStringField("http", node.http());
        out.writeStringField("zone", node.zone());
        out.writeEndObject();
    }

    private static void writeShard(JsonGenerator out, TopologyMap.Shard shard) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", shard.id());
        out.writeStringField("keyspace", shard.keyspace());
        out.writeStringField("from", HexFormat.of().toHexDigits(shard.from()));
        out.writeStringField("to", HexFormat.of().toHexDigits(shard.to()));
        out.writeNumberField("epoch", shard.epoch());
        if (shard.leader() != null) {
            out.writeStringField("leader", shard.leader());
        }
        out.writeArrayFieldStart("replicas");
        for (String replica : shard.replicas()) {
            out.writeString(replica);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static TopologyMap read(JsonParser in) throws IOException {
        String clusterId = "";
        long epoch = 0;
        String hash = "";
        List<TopologyMap.Node> nodes = new ArrayList<>();
        List<TopologyMap.Shard> shards = new ArrayList<>();
        Json.expect(in, JsonToken.START_OBJECT, "a topology object");
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            switch (name) {
                case "clusterId" -> clusterId = in.getText();
                case "epoch" -> epoch = in.getValueAsLong();
                case "hash" -> hash = in.getText();
                case "nodes" -> {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        nodes.add(readNode(in));
                    }
                }
                case "shards" -> {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        shards.add(readShard(in));
                    }
                }
                default -> in.skipChildren();
            }
        }
        return new TopologyMap(clusterId, epoch, hash, nodes, shards);
    }

    private static TopologyMap.Node readNode(JsonParser in) throws IOException {
        String id = "";
        String name = "";
        String http = "";
        String zone = "";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "id" -> id = in.getText();
                case "name" -> name = in.getText();
                case "http" -> http = in.getText();
                case "zone" -> zone = in.getValueAsString("");
                default -> in.skipChildren();
            }
        }
        return new TopologyMap.Node(id, name, http, zone);
    }

    private static TopologyMap.Shard readShard(JsonParser in) throws IOException {
        String id = "";
        String keyspace = "";
        long from = 0;
        long to = -1;
        long epoch = 0;
        @Nullable String leader = null;
        List<String> replicas = new ArrayList<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "id" -> id = in.getText();
                case "keyspace" -> keyspace = in.getText();
                case "from" -> from = hash(in);
                case "to" -> to = hash(in);
                case "epoch" -> epoch = in.getValueAsLong();
                case "leader" -> leader = in.getValueAsString(null);
                case "replicas" -> {
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        replicas.add(in.getText());
                    }
                }
                default -> in.skipChildren();
            }
        }
        return new TopologyMap.Shard(id, keyspace, from, to, epoch, leader, replicas);
    }

    private static long hash(JsonParser in) throws IOException {
        try {
            return HexFormat.fromHexDigitsToLong(in.getText());
        } catch (IllegalArgumentException e) {
            throw Json.invalid(in, "'" + in.currentName() + "' must be 16 hexadecimal digits");
        }
    }
}
