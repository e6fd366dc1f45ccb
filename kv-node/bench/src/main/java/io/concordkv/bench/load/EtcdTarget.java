package io.concordkv.bench.load;

import io.concordkv.base.ByteWriter;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// etcd's KV service: clients share connections to one member, the leader. Requests are protobuf by
/// hand: `PutRequest {1: key, 2: value}`, `RangeRequest {1: key}` (linearizable).
final class EtcdTarget implements Target {
    private static final int FIELD_1_BYTES = 0x0a;
    private static final int FIELD_2_BYTES = 0x12;

    private final EventLoop loop;
    private final String address;
    private final int connectionsMax;
    private final Workload.Kind kind;
    private final List<Channel> channels = new ArrayList<>();
    private final List<EtcdConnection> connections = new ArrayList<>();
    private final byte[] key = new byte[Workload.KEY_BYTES];
    private final ByteWriter message = new ByteWriter(512);

    /// @param kind all operations are of it: a connection calls one method
    EtcdTarget(EventLoop loop, String address, int connectionsMax, Workload.Kind kind) {
        this.loop = loop;
        this.address = address;
        this.connectionsMax = connectionsMax;
        this.kind = kind;
        if (kind == Workload.Kind.BATCH) {
            throw new IllegalArgumentException("etcd rows are put and get");
        }
    }

    @Override
    public void open(int clients) throws IOException {
        String method = kind == Workload.Kind.PUT ? "/etcdserverpb.KV/Put" : "/etcdserverpb.KV/Range";
        for (int i = 0; i < Math.min(clients, connectionsMax); i++) {
            EtcdConnection connection = new EtcdConnection(method, address);
            channels.add(loop.connect(address, connection));
            connections.add(connection);
        }
    }

    @Override
    public void issue(int client, Workload.Kind wanted, Workload workload, Completion completion) {
        Workload.writeKey(workload.nextKey(), key, 0);
        message.clear();
        message.u8(FIELD_1_BYTES).blob(key);
        if (kind == Workload.Kind.PUT) {
            message.u8(FIELD_2_BYTES)
                    .varint(Workload.VALUE_BYTES)
                    .raw(workload.block(), workload.nextValue(), Workload.VALUE_BYTES);
        }
        connections.get(client % connections.size()).call(message.toByteArray(), completion);
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        channels.clear();
        connections.clear();
    }
}
