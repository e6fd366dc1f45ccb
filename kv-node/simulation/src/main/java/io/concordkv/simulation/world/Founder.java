package io.concordkv.simulation.world;

import io.concordkv.base.ClusterId;
import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;
import io.concordkv.node.founding.Founding;
import io.concordkv.topology.founding.FoundingBody;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Who founds the cluster, as the operator would: reads all nodes once, then sends one body to any node
/// until it is told that it is done. When a node lost its volume it sends the same body again, as a
/// confused operator might.
final class Founder {
    private final World world;
    private final SplittableRandom random;
    private @Nullable FoundingBody body;
    private boolean founded;

    Founder(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
    }

    boolean isFounded() {
        return founded;
    }

    void start() {
        world.schedule(100_000_000, "found", () -> {
            boolean wiped = world.nodes().stream().anyMatch(it -> it.damage().isWiped());
            if (founded && !wiped) {
                start();
                return;
            }
            if (body == null && founders().stream().allMatch(SimulatedNode::isUp)) {
                body = body();
            }
            SimulatedNode node = founders().get(random.nextInt(founders().size()));
            if (node.damage().isWiped() && node.isUp()) {
                node.node().founding().namedAs(new NodeId(node.number()));
            }
            FoundingBody present = body;
            if (present != null && node.isUp()) {
                found(node, present);
            }
            start();
        });
    }

    private List<SimulatedNode> founders() {
        return world.nodes()
                .subList(0, world.options().nodes() - world.options().spares());
    }

    private void found(SimulatedNode node, FoundingBody present) {
        SimulatedNode.Process process = node.process();
        if (process != null) {
            process.run(
                    "bootstrap",
                    () -> node.node().founding().bootstrap(present, outcome -> {
                        if (outcome instanceof Founding.Outcome.Founded) {
                            founded = true;
                            world.note("the cluster is founded");
                        } else if (outcome instanceof Founding.Outcome.Refused(var code, var reason)) {
                            throw new Finding("Founding", code + " " + reason);
                        }
                    }));
        }
    }

    private FoundingBody body() {
        List<FoundingBody.FoundingNode> nodes = new ArrayList<>();
        for (SimulatedNode node : founders()) {
            VolumeId volume = node.node().founding().identity().volume();
            nodes.add(new FoundingBody.FoundingNode(node.name(), volume, node.address(), ""));
        }
        int replication = 3;
        return new FoundingBody(
                ClusterId.random(random), replication, world.options().shards(), "memory", nodes);
    }
}
