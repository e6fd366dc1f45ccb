package io.concordkv.shard.replica;

import io.concordkv.raft.Configuration;
import io.concordkv.raft.RaftCore;

/// What the host asks of a replica so that it can leave it alone while it is idle. On the loop.
public final class Attention {
    private final RaftCore core;
    private Configuration toldMembers;
    private boolean restless = true;
    private boolean mayHaveOtherMembers;
    private int place = -1;

    Attention(RaftCore core) {
        this.core = core;
        this.toldMembers = core.configuration();
    }

    /// [Replica#sweep] may have something to do: it was called since, or something waits for a time.
    public boolean isRestless() {
        return restless;
    }

    void setRestless(boolean value) {
        restless = value;
    }

    /// The log grew or was cut, which may have brought another configuration.
    void logChanged() {
        restless = true;
        mayHaveOtherMembers = true;
    }

    /// True once after the newest configuration has become another one.
    public boolean takeMembersChanged() {
        if (!mayHaveOtherMembers) {
            return false;
        }
        mayHaveOtherMembers = false;
        Configuration before = toldMembers;
        toldMembers = core.configuration();
        return toldMembers != before;
    }

    /// The place of the replica among the deadlines of the node; the host's to give.
    public int place() {
        return place;
    }

    public void setPlace(int place) {
        this.place = place;
    }
}
