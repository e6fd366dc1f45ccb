package io.concordkv.shard.host;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.peer.BulkFrame;

/// Hands what came over the bulk lane to whom it is for. On the loop.
final class BulkInbox {
    private final ShardHost host;

    BulkInbox(ShardHost host) {
        this.host = host;
    }

    void received(NodeId from, BulkFrame frame) {
        switch (frame) {
            case BulkFrame.Request request -> host.exchange().asked(from, request);
            case BulkFrame.Reply reply -> host.exchange().replied(from, reply);
            case BulkFrame.SnapshotOffer it ->
                snapshot(from, it.shard(), it.to().value(), it);
            case BulkFrame.SnapshotPull it -> snapshot(from, it.shard(), it.to().value(), it);
            case BulkFrame.SnapshotChunk it ->
                snapshot(from, it.shard(), it.to().value(), it);
            case BulkFrame.SnapshotDone it -> snapshot(from, it.shard(), it.to().value(), it);
        }
    }

    /// A replica that was destroyed and one made anew have different ids.
    private void snapshot(NodeId from, ShardId shard, long to, BulkFrame frame) {
        host.find(shard).filter(it -> it.id().value() == to).ifPresent(it -> it.receiveBulk(from, frame));
    }
}
