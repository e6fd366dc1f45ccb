package io.concordkv.simulation.world;

import io.concordkv.base.EntryKind;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.node.founding.FoundingMessage;
import io.concordkv.node.route.Services;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.PeerMessage;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Condition;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.command.OperationResult;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.FrameKind;
import io.concordkv.shard.peer.Preface;
import io.concordkv.shard.replica.ShardRefusal;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.state.KeyspaceMode;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Every kind of thing nodes say to each other, found in the code itself: a kind added there is missing
/// in the captures until a capture holds it.
final class GoldenKinds {
    private static final List<Class<?>> FAMILIES = List.of(
            PeerMessage.class,
            BulkFrame.class,
            FoundingMessage.class,
            ShardCall.class,
            ShardAnswer.class,
            ShardRefusal.class,
            KvCommand.Body.class,
            Operation.class,
            Condition.class,
            CommandResult.class,
            OperationResult.class,
            TopologyCommand.class,
            TopologyResult.class,
            TopologyDesk.Outcome.class,
            AdminDesk.Operation.class);
    private static final List<Class<? extends Enum<?>>> CODES =
            List.of(FrameKind.class, EntryKind.class, MemberRole.class, KeyspaceMode.class);

    private GoldenKinds() {}

    /// What today's code knows.
    static SortedSet<String> ofCode() {
        SortedSet<String> kinds = new TreeSet<>();
        for (Class<?> family : FAMILIES) {
            for (Class<?> kind : family.getPermittedSubclasses()) {
                kinds.add(name(kind));
            }
        }
        for (Class<? extends Enum<?>> code : CODES) {
            for (Enum<?> constant : code.getEnumConstants()) {
                kinds.add(name(constant));
            }
        }
        for (Field service : Services.class.getFields()) {
            kinds.add("request to service " + service.getName());
            kinds.add("reply of service " + service.getName());
        }
        for (String use : List.of("RAFT", "BULK", "FOUNDING")) {
            kinds.add("hello " + use);
        }
        return kinds;
    }

    /// What a frame holds, in itself and inside.
    static SortedSet<String> of(GoldenFrame frame) {
        SortedSet<String> kinds = new TreeSet<>();
        frame.parts().forEach(it -> collect(it.content(), kinds));
        for (GoldenFrame.Part part : frame.parts()) {
            for (Object content : (List<?>) part.content()) {
                switch (content) {
                    case BulkFrame.Request it -> kinds.add("request to service " + service(it.service()));
                    case BulkFrame.Reply it -> kinds.add("reply of service " + service(frame.service()));
                    case Preface it ->
                        kinds.add("hello " + List.of("RAFT", "BULK", "FOUNDING").get(it.use()));
                    default -> {}
                }
            }
        }
        return kinds;
    }

    private static void collect(Object value, SortedSet<String> kinds) {
        switch (value) {
            case Optional<?> optional -> optional.ifPresent(it -> collect(it, kinds));
            case Collection<?> many -> many.forEach(it -> collect(it, kinds));
            case Enum<?> constant -> kinds.add(name(constant));
            case Record record -> {
                kinds.add(name(record.getClass()));
                GoldenFrame.components(record).forEach(it -> collect(it, kinds));
            }
            default -> {}
        }
    }

    private static String name(Class<?> kind) {
        return kind.getName().replaceAll("^.*\\.", "").replace('$', '.');
    }

    private static String name(Enum<?> constant) {
        return constant.getDeclaringClass().getSimpleName() + "." + constant.name();
    }

    private static String service(int number) {
        for (Field service : Services.class.getFields()) {
            try {
                if (service.getInt(null) == number) {
                    return service.getName();
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("service " + service, e);
            }
        }
        throw new IllegalStateException("no service has the number " + number);
    }
}
