package io.concordkv.raft;

import io.concordkv.base.EntryKind;
import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a leader decides about changes of members (Raft paper §6, SAFETY R5): whether one may start, and
/// which entry carries it. One change at a time. A change of voters passes through a joint configuration,
/// one of learners alone needs a single entry.
final class Membership {
    /// A new voter may lack this many committed entries at most: what a follower has under way anyway.
    private static final long LAG_ENTRIES_MAX = 1_000;

    private final GroupState group;

    Membership(GroupState group) {
        this.group = group;
    }

    /// What the leader of a term knows of a follower; null for one it has none of.
    interface Known {
        @Nullable
        FollowerProgress of(ReplicaId replica);
    }

    /// Why the change to `wanted` may not start now; null when it may.
    @Nullable
    ChangeRefusal refusal(List<Member> wanted, long expectedIndex, long termStart, Known known) {
        var newest = group.configurations.newest();
        var present = newest.configuration();
        if (group.log.commit() < termStart) {
            return ChangeRefusal.TERM_TOO_YOUNG;
        }
        if (newest.index() != expectedIndex) {
            return newest.index() > group.log.commit()
                    ? ChangeRefusal.CHANGE_UNDER_WAY
                    : ChangeRefusal.CONFIGURATION_MOVED;
        }
        if (Flaw.CHANGE_WHILE_ANOTHER_IS_OPEN.isOn()) {
            return isPossible(present, wanted) ? null : ChangeRefusal.IMPOSSIBLE;
        }
        if (newest.index() > group.log.commit()
                || (present.isJoint() && !present.members().equals(wanted))) {
            return ChangeRefusal.CHANGE_UNDER_WAY;
        }
        if (present.isJoint()) {
            return null; // what is asked for is to leave the joint configuration
        }
        if (present.members().equals(wanted)) {
            return ChangeRefusal.NOTHING_CHANGES;
        }
        return isPossible(present, wanted) ? unready(present, wanted, known) : ChangeRefusal.IMPOSSIBLE;
    }

    /// The entry that starts the change to `wanted`, or leaves the joint configuration that has them.
    LogEntry entry(List<Member> wanted) {
        var present = group.configurations.newest().configuration();
        if (Flaw.CHANGE_WHILE_ANOTHER_IS_OPEN.isOn() && present.isJoint()) {
            return entry(Configuration.of(present.members()).changedTo(wanted));
        }
        return entry(present.isJoint() ? present.left() : present.changedTo(wanted));
    }

    /// The committed joint configuration may be left: the entry that does it.
    LogEntry leaving() {
        return entry(group.configurations.newest().configuration().left());
    }

    boolean mustLeave() {
        var newest = group.configurations.newest();
        return newest.configuration().isJoint()
                && newest.configuration().autoLeave()
                && newest.index() <= group.log.commit();
    }

    private LogEntry entry(Configuration next) {
        return new LogEntry(
                group.term, group.log.lastIndex() + 1, EntryKind.CONFIGURATION, ConfigurationCodec.encode(next));
    }

    private static boolean isPossible(Configuration present, List<Member> wanted) {
        boolean anyVoter = false;
        for (Member member : wanted) {
            anyVoter |= member.isVoter();
            for (Member before : present.members()) {
                if (before.replica().equals(member.replica()) && !before.node().equals(member.node())) {
                    return false;
                }
            }
        }
        return anyVoter;
    }

    private @Nullable ChangeRefusal unready(Configuration present, List<Member> wanted, Known known) {
        int voters = 0;
        int able = 0;
        for (Member member : wanted) {
            if (!member.isVoter()) {
                continue;
            }
            voters++;
            boolean isAble = member.replica().equals(group.self) || isAble(known.of(member.replica()));
            able += isAble ? 1 : 0;
            if (!isAble && !present.isVoter(member.replica())) {
                return ChangeRefusal.NOT_CAUGHT_UP;
            }
        }
        return able < voters / 2 + 1 ? ChangeRefusal.WOULD_LOSE_QUORUM : null;
    }

    /// It takes part now: heard within the election timeout, streaming, and close to the commit index.
    private boolean isAble(@Nullable FollowerProgress follower) {
        return follower != null
                && follower.state == FollowerState.REPLICATE
                && group.now - follower.heardAt < group.options.electionTimeoutNanos()
                && follower.match >= group.log.commit() - LAG_ENTRIES_MAX;
    }
}
