package io.concordkv.operator.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The nodes of one cluster as their admin API shows them (API §4), without any database behind:
/// bootstrap in one step, one reservation at a time, quorum by counting running nodes. Scripted by
/// tests; safe for many threads.
public final class FakeCluster {
    static final int SHARDS = 9;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, FakeVolume> volumes = new TreeMap<>();
    private final Map<String, FakeVolume> running = new TreeMap<>();
    private final Map<String, String> memberIds = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Set<String> foundedIds = new HashSet<>();
    private @Nullable String reserved;
    private String reservedBy = "";
    private boolean leaderless;
    private final List<String> restarts = new ArrayList<>();
    private int volumesDrawn;
    private boolean foundingAnsweredAsUnfinished;
    private int looks;

    /// Answer of an admin call.
    record Reply(int status, JsonNode body) {}

    /// @param claim uid of the volume claim: another claim is another volume
    synchronized void start(String node, String claim) {
        FakeVolume volume = volumes.computeIfAbsent(claim, _ -> new FakeVolume("%032x".formatted(++volumesDrawn)));
        volume.incarnation++;
        running.put(node, volume);
        restarts.add(node);
        if (node.equals(reserved)) {
            reserved = null;
        }
    }

    /// The pod ends. A member that ends without a reservation, though a quorum of its cluster runs,
    /// is a violation when `byOperator`.
    synchronized void stop(String node, boolean byOperator) {
        FakeVolume volume = running.remove(node);
        if (byOperator && volume != null && volume.activated && !node.equals(reserved) && memberIds.size() > 0) {
            violations.add(node + " was stopped without a reservation");
        }
        if (byOperator
                && memberIds.size() >= 3
                && volume != null
                && volume.activated
                && running() * 2 <= memberIds.size()) {
            violations.add(node + " was stopped and broke the quorum");
        }
    }

    /// Forgets the starts so far.
    public synchronized void watchRestarts() {
        restarts.clear();
    }

    /// Names of nodes started since, in order.
    public synchronized List<String> restarts() {
        return List.copyOf(restarts);
    }

    /// The next founding is done, but the answer says that a node was busy, as real nodes do when one
    /// activates itself while it is told to.
    public synchronized void answerTheNextFoundingAsUnfinished() {
        foundingAnsweredAsUnfinished = true;
    }

    /// While it is so, no reservation is granted or given back.
    public synchronized void leaderless(boolean is) {
        leaderless = is;
    }

    /// A reservation that the cluster grants after its asker gave up.
    public synchronized void grantLate(String node, String owner) {
        reserved = node;
        reservedBy = owner;
    }

    public synchronized boolean isReserved() {
        return reserved != null;
    }

    /// How often the operator asked for the state of the cluster.
    public synchronized int looks() {
        return looks;
    }

    public synchronized void wipe(String claim) {
        volumes.remove(claim);
    }

    public synchronized void damage(String node) {
        running.get(node).damaged = true;
    }

    /// The node serves on; only its copy of this shard does not.
    public synchronized void damageShard(String node, int shard) {
        running.get(node).damagedShards.add(shard);
    }

    /// Puts the volume into another cluster's hands.
    public synchronized void carry(String claim, String clusterId) {
        FakeVolume volume = volumes.computeIfAbsent(claim, _ -> new FakeVolume("%032x".formatted(++volumesDrawn)));
        volume.clusterId = clusterId;
        volume.nodeId = "1";
        volume.activated = true;
    }

    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /// Ids under which a cluster was ever founded on these volumes.
    public synchronized Set<String> foundedIds() {
        return Set.copyOf(foundedIds);
    }

    synchronized boolean isReady(String node) {
        FakeVolume volume = running.get(node);
        return volume != null && volume.activated && !volume.damaged && isQuorate();
    }

    synchronized @Nullable Reply call(String node, String method, String path, JsonNode body) {
        FakeVolume volume = running.get(node);
        if (volume == null) {
            return null;
        }
        if (path.equals("/node")) {
            return new Reply(200, node(node, volume));
        }
        if (path.equals("/bootstrap")) {
            return bootstrap(body);
        }
        if (!volume.activated) {
            return refusal(503, "not-bootstrapped", "this node belongs to no cluster");
        }
        if (path.equals("/cluster")) {
            looks++;
            return new Reply(200, cluster(volume));
        }
        if (path.endsWith(":reserve")) {
            return reserve(nodeOf(path), body.path("owner").asText());
        }
        if (path.endsWith(":release")) {
            return release(nodeOf(path), body.path("owner").asText());
        }
        return refusal(404, "no-such-path", method + " " + path);
    }

    private Reply bootstrap(JsonNode body) {
        String id = body.path("clusterId").asText();
        var founders = new TreeMap<String, FakeVolume>();
        for (JsonNode node : body.path("nodes")) {
            FakeVolume volume = running.get(node.path("name").asText());
            if (volume == null || !volume.volumeId.equals(node.path("volumeId").asText())) {
                return refusal(503, "no-leader", node.path("name").asText() + " does not answer");
            }
            if (volume.clusterId != null && !volume.clusterId.equals(id)) {
                return refusal(409, "already-bootstrapped", "belongs to " + volume.clusterId);
            }
            founders.put(node.path("name").asText(), volume);
        }
        boolean again = memberIds.size() == founders.size();
        foundedIds.add(id);
        int next = 1;
        for (Map.Entry<String, FakeVolume> founder : founders.entrySet()) {
            FakeVolume volume = founder.getValue();
            volume.clusterId = id;
            volume.nodeId = Integer.toString(next++);
            volume.activated = true;
            memberIds.put(founder.getKey(), volume.nodeId);
        }
        if (foundingAnsweredAsUnfinished) {
            foundingAnsweredAsUnfinished = false;
            return refusal(409, "conflicting-operation", "not founded yet: node demo-a-2 is busy; send it again");
        }
        return new Reply(again ? 200 : 201, json.createObjectNode());
    }

    private Reply reserve(String node, String owner) {
        if (reserved != null && !reserved.equals(node)) {
            return refusal(409, "conflicting-operation", reserved + " is reserved");
        }
        if (leaderless || !isQuorate()) {
            return refusal(503, "no-leader", "shard 0 has no leader");
        }
        int without = (int) running.entrySet().stream()
                .filter(e -> !e.getKey().equals(node))
                .filter(e -> e.getValue().activated && !e.getValue().damaged)
                .count();
        if (memberIds.size() > 1 && without * 2 <= memberIds.size()) {
            return refusal(409, "would-lose-quorum", "only " + without + " other nodes are caught up");
        }
        reserved = node;
        reservedBy = owner;
        return new Reply(200, json.createObjectNode().put("granted", true));
    }

    private Reply release(String node, String owner) {
        if (leaderless) {
            return refusal(503, "no-leader", "shard 0 has no leader");
        }
        if (node.equals(reserved)) {
            if (!owner.equals(reservedBy)) {
                return refusal(409, "conflicting-operation", node + " is reserved by " + reservedBy);
            }
            reserved = null;
        }
        return new Reply(200, json.createObjectNode());
    }

    private String nodeOf(String path) {
        String id = path.substring(path.lastIndexOf('/') + 1, path.indexOf(':'));
        return memberIds.entrySet().stream()
                .filter(e -> e.getValue().equals(id))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("?" + id);
    }

    private int running() {
        return (int)
                running.values().stream().filter(v -> v.activated && !v.damaged).count();
    }

    private boolean isQuorate() {
        return running() * 2 > memberIds.size();
    }

    private JsonNode node(String name, FakeVolume volume) {
        int leaders = !volume.activated || !isQuorate() || name.equals(reserved) ? 0 : SHARDS / Math.max(1, running());
        ObjectNode view = json.createObjectNode()
                .put("nodeId", volume.nodeId)
                .put("name", name)
                .put("clusterId", volume.clusterId)
                .put("volumeId", volume.volumeId)
                .put("incarnation", volume.incarnation)
                .put("state", volume.damaged ? "damaged" : volume.activated ? "serving" : "empty")
                .put("version", "0.1.0")
                .put("zone", "a")
                .put("replicas", volume.activated ? SHARDS : 0)
                .put("leaders", leaders);
        ObjectNode damaged = view.putObject("damagedShards");
        volume.damagedShards.forEach(shard -> damaged.put(Integer.toString(shard), "rot"));
        return view;
    }

    private JsonNode cluster(FakeVolume volume) {
        ObjectNode cluster =
                json.createObjectNode().put("clusterId", volume.clusterId).put("epoch", 1);
        var nodes = cluster.putArray("nodes");
        memberIds.forEach((name, id) -> nodes.addObject().put("nodeId", id).put("name", name));
        if (reserved != null) {
            cluster.putObject("reservation")
                    .put("nodeId", memberIds.get(reserved))
                    .put("purpose", "restart")
                    .put("owner", reservedBy);
        }
        var shards = cluster.putArray("shards");
        for (int i = 0; i < SHARDS; i++) {
            shards.addObject()
                    .put("id", i)
                    .put("leader", isQuorate() ? "1" : null)
                    .put("quorate", isQuorate())
                    .put("underReplicated", running() < memberIds.size());
        }
        return cluster;
    }

    private Reply refusal(int status, String code, String detail) {
        return new Reply(status, json.createObjectNode().put("code", code).put("detail", detail));
    }
}
