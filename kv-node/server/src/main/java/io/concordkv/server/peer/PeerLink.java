package io.concordkv.server.peer;

import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.shard.peer.Lane;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One lane to one peer: the connection there is at the moment, if any. Silent connections are closed,
/// so that a paused node cannot deliver what it took before its pause (SAFETY S5).
final class PeerLink {
    private static final Logger LOG = Logger.getLogger(PeerLink.class);
    private static final int WINDOW_BYTES = 8 << 20;
    private static final long SILENCE_NANOS = 5_000_000_000L;
    /// After so long without a frame of our own the peer is told that we live.
    private static final long QUIET_NANOS = 1_000_000_000L;
    private static final Buffer KEEP_ALIVE = FrameCodec.encode(new byte[0]);

    private final NodeId node;
    private final Lane lane;
    private final PeerNetwork network;
    private @Nullable NetSocket socket;
    private long heardNanos;
    private long sentNanos;
    private long queuedBytes;
    private long reconnects;

    PeerLink(NodeId node, Lane lane, PeerNetwork network) {
        this.node = node;
        this.lane = lane;
        this.network = network;
    }

    NodeId node() {
        return node;
    }

    Lane lane() {
        return lane;
    }

    boolean isConnected() {
        return socket != null;
    }

    long queuedBytes() {
        return queuedBytes;
    }

    long reconnects() {
        return reconnects;
    }

    /// Takes over a connection whose prefaces are exchanged; an older one is closed.
    void attach(NetSocket fresh) {
        NetSocket old = socket;
        socket = fresh;
        queuedBytes = 0;
        reconnects++;
        heardNanos = network.nanos();
        sentNanos = heardNanos;
        if (old != null) {
            old.close();
        }
        fresh.setWriteQueueMaxSize(WINDOW_BYTES);
        fresh.closeHandler(closed -> {
            if (socket == fresh) {
                socket = null;
                queuedBytes = 0;
                network.disconnected(this);
            }
        });
        LOG.debugf("%s lane to node %s is up", lane, node);
    }

    /// A frame came on a connection; dropped when another one has taken its place.
    void received(NetSocket from, byte[] frame) {
        if (from != socket) {
            return;
        }
        heardNanos = network.nanos();
        try {
            network.deliver(this, frame);
        } catch (DecodeException e) {
            LOG.warnf("closing the %s lane to node %s: %s", lane, node, e.getMessage());
            from.close();
        }
    }

    void heard(NetSocket from) {
        if (from == socket) {
            heardNanos = network.nanos();
        }
    }

    boolean send(byte[] frame) {
        NetSocket to = socket;
        if (to == null || to.writeQueueFull()) {
            return false;
        }
        sentNanos = network.nanos();
        Buffer bytes = FrameCodec.encode(frame);
        int length = bytes.length();
        queuedBytes += length;
        to.write(bytes).onComplete(written -> {
            if (to == socket) {
                queuedBytes -= length;
            }
        });
        return true;
    }

    void look(long now) {
        NetSocket present = socket;
        if (present == null) {
            return;
        }
        if (now - heardNanos > SILENCE_NANOS) {
            LOG.infof("%s lane to node %s was silent for 5 s and is closed", lane, node);
            present.close();
        } else if (now - sentNanos >= QUIET_NANOS && !present.writeQueueFull()) {
            sentNanos = now;
            present.write(KEEP_ALIVE);
        }
    }

    void close() {
        NetSocket present = socket;
        socket = null;
        if (present != null) {
            present.close();
        }
    }
}
