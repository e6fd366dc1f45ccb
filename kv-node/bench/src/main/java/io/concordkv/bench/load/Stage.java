package io.concordkv.bench.load;

import java.util.List;
import java.util.Optional;

/// What an operation costs CPU for, in the order of its way through a node.
enum Stage {
    HTTP(
            "HTTP: read, parse, answer, kernel included",
            "io.vertx.core.http",
            "io.netty.handler.codec.http",
            "io.concordkv.server.data"),
    ROUTING(
            "routing, admission, deadline, metrics, result",
            "io.concordkv.node",
            "io.concordkv.shard.call",
            "io.concordkv.server"),
    STEP(
            "core steps, leaders and followers",
            "io.concordkv.raft",
            "io.concordkv.shard.replica",
            "io.concordkv.shard.host"),
    PEERS(
            "peer frames both ways, kernel included",
            "io.concordkv.server.peer",
            "io.concordkv.shard.peer",
            "io.concordkv.shard.host.Outbox"),
    APPLY("apply", "io.concordkv.shard.apply", "io.concordkv.engine", "io.concordkv.shard.replica.Applier"),
    LOG("log: encode, write, sync, kernel included", "io.concordkv.wal", "io.concordkv.disk"),
    LOOP("event loop: wake-ups, timers, the kernel's waiting"),
    COMPILER("compiler"),
    COLLECTOR("garbage collector and the virtual machine"),
    SAMPLING("the sampling itself");

    private final String label;
    private final List<String> owners;

    Stage(String label, String... owners) {
        this.label = label;
        this.owners = List.of(owners);
    }

    String label() {
        return label;
    }

    /// Whose work a method is; of two stages the one that names more of it.
    static Optional<Stage> of(String type) {
        Stage found = null;
        int length = 0;
        for (Stage stage : values()) {
            for (String owner : stage.owners) {
                if (type.startsWith(owner) && owner.length() > length) {
                    found = stage;
                    length = owner.length();
                }
            }
        }
        return Optional.ofNullable(found);
    }

    /// A stack of types, innermost first: the innermost that anybody names decides.
    static Stage of(List<String> stack) {
        for (String type : stack) {
            Optional<Stage> stage = of(type);
            if (stage.isPresent()) {
                return stage.get();
            }
        }
        return LOOP;
    }

    /// What threads do that no stack is taken of, by the name the kernel has of them (at most 15 letters).
    static Optional<Stage> ofThread(String name) {
        if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
            return Optional.of(COMPILER);
        }
        if (name.startsWith("JFR ")) {
            return Optional.of(SAMPLING);
        }
        boolean collects = name.startsWith("GC ")
                || name.startsWith("G1 ")
                || name.startsWith("VM ")
                || name.startsWith("ZDriver");
        return collects ? Optional.of(COLLECTOR) : Optional.empty();
    }
}
