package io.concordkv.bench.load;

import io.concordkv.wire.TopologyMap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// ConcordKV over HTTP/1.1. Each client has connections of its own: one to every node when it knows the
/// leaders, else one to one node, client after client in turn. (A leader-aware batch goes to the
/// leader of its first key.)
final class HttpTarget implements Target {
    private static final byte[] PUT_KEY = "{\"put\":{\"key\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PUT_VALUE = "\",\"value\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PUT_END = "\"}}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BATCH_BEGIN = "{\"operations\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BATCH_END = "]}".getBytes(StandardCharsets.US_ASCII);
    private static final int BATCH_BYTES = BATCH_BEGIN.length
            + BATCH_END.length
            + Workload.BATCH_PUTS
                    * (PUT_KEY.length
                            + Workload.KEY_BYTES
                            + PUT_VALUE.length
                            + Workload.VALUE_BYTES
                            + PUT_END.length
                            + 1)
            - 1;

    private final EventLoop loop;
    private final List<String> addresses;
    /// By key index: whose leader it is; null = the client does not know.
    private final byte @Nullable [] leaderOfKey;
    private final List<Channel> channels = new ArrayList<>();
    private HttpConnection[][] connections = {};
    private final byte[] getHead;
    private final byte[] putHead;
    private final byte[] putMiddle;
    private final byte[] getMiddle;
    private final byte[] batchHead;
    private final byte[] key = new byte[Workload.KEY_BYTES];

    private HttpTarget(EventLoop loop, List<String> addresses, String keyspace, byte @Nullable [] leaderOfKey) {
        this.loop = loop;
        this.addresses = List.copyOf(addresses);
        this.leaderOfKey = leaderOfKey;
        String keys = keyspace.equals("default") ? "/v1/keys/" : "/v1/keyspaces/" + keyspace + "/keys/";
        getHead = ascii("GET " + keys);
        putHead = ascii("PUT " + keys);
        getMiddle = ascii(" HTTP/1.1\r\nHost: n\r\n\r\n");
        putMiddle = ascii(" HTTP/1.1\r\nHost: n\r\nContent-Length: " + Workload.VALUE_BYTES + "\r\n\r\n");
        batchHead = ascii("POST /v1/keyspaces/" + keyspace + ":batch HTTP/1.1\r\nHost: n\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + BATCH_BYTES + "\r\n\r\n");
    }

    static HttpTarget anyNode(EventLoop loop, List<String> addresses, String keyspace) {
        return new HttpTarget(loop, addresses, keyspace, null);
    }

    /// @param map names the leaders; must know one for every shard of the keyspace
    static HttpTarget leaderAware(EventLoop loop, TopologyMap map, String keyspace, int keys) throws IOException {
        List<String> addresses =
                map.nodes().stream().map(TopologyMap.Node::http).toList();
        byte[] leaderOfKey = new byte[keys];
        for (int i = 0; i < keys; i++) {
            TopologyMap.Node leader = map.leaderOf(keyspace, Workload.key(i))
                    .orElseThrow(() -> new IOException("a shard of " + keyspace + " has no leader now"));
            leaderOfKey[i] = (byte) addresses.indexOf(leader.http());
        }
        return new HttpTarget(loop, addresses, keyspace, leaderOfKey);
    }

    @Override
    public void open(int clients) throws IOException {
        connections = new HttpConnection[clients][addresses.size()];
        for (int client = 0; client < clients; client++) {
            for (int node = 0; node < addresses.size(); node++) {
                if (leaderOfKey != null || client % addresses.size() == node) {
                    HttpConnection connection = new HttpConnection();
                    channels.add(loop.connect(addresses.get(node), connection));
                    connections[client][node] = connection;
                }
            }
        }
    }

    @Override
    public void issue(int client, Workload.Kind kind, Workload workload, Completion completion) {
        int index = workload.nextKey();
        Workload.writeKey(index, key, 0);
        int node = leaderOfKey == null ? client % addresses.size() : leaderOfKey[index];
        connections[client][node].send(request(kind, workload), completion);
    }

    /// For the first key, which stands in `key`.
    private ByteBuf request(Workload.Kind kind, Workload workload) {
        return switch (kind) {
            case GET -> buffer(128).writeBytes(getHead).writeBytes(key).writeBytes(getMiddle);
            case PUT ->
                buffer(512)
                        .writeBytes(putHead)
                        .writeBytes(key)
                        .writeBytes(putMiddle)
                        .writeBytes(workload.block(), workload.nextValue(), Workload.VALUE_BYTES);
            case BATCH -> batch(workload);
        };
    }

    private ByteBuf batch(Workload workload) {
        ByteBuf out =
                buffer(batchHead.length + BATCH_BYTES).writeBytes(batchHead).writeBytes(BATCH_BEGIN);
        for (int i = 0; i < Workload.BATCH_PUTS; i++) {
            if (i > 0) {
                out.writeByte(',');
                Workload.writeKey(workload.nextKey(), key, 0);
            }
            out.writeBytes(PUT_KEY)
                    .writeBytes(key)
                    .writeBytes(PUT_VALUE)
                    .writeBytes(workload.block(), workload.nextValue(), Workload.VALUE_BYTES)
                    .writeBytes(PUT_END);
        }
        return out.writeBytes(BATCH_END);
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        channels.clear();
    }

    private static ByteBuf buffer(int bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
