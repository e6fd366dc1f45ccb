package io.concordkv.raft;

import java.util.Arrays;

/// Numbers of the read rounds: made here, strictly ascending for the life of the core, so that no answer
/// to an older question can confirm a newer one. One round is asked at a time; reads that come meanwhile
/// form the next (thesis §6.4).
///
/// Heartbeats that ask nothing carry numbers of the same row, so that each answer tells since when its
/// sender's word holds: since the heartbeat of that number was sent, by the clock that sent it.
final class ReadRounds {
    /// A time before all times: there was no such heartbeat, or it was too long ago.
    static final long NEVER = Long.MIN_VALUE;

    private static final int REMEMBERED = 64;

    private final long[] sentAt = new long[REMEMBERED];
    private long newest;
    private long carried;
    private long asked;
    private long askedCommit;
    private boolean forming;

    ReadRounds() {
        Arrays.fill(sentAt, NEVER);
    }

    /// Joins the forming round, or opens it.
    long open() {
        if (!forming) {
            forming = true;
            newest++;
        }
        return newest;
    }

    boolean isAsking() {
        return asked != 0;
    }

    /// The round the quorum is asked about; 0 for none.
    long asked() {
        return asked;
    }

    /// What reads of the asked round must see applied.
    long askedCommit() {
        return askedCommit;
    }

    boolean mayAsk() {
        return forming && asked == 0;
    }

    /// The forming round is closed: every read in it came before now, so the commit index of now serves.
    void ask(long commit, long now) {
        asked = newest;
        askedCommit = commit;
        forming = false;
        carry(now);
    }

    /// Heartbeats leave: under a number of their own, unless one is asked already, or forms and may not be
    /// told before it is asked.
    void beat(long now) {
        if (!forming && asked == 0) {
            newest++;
            carry(now);
        }
    }

    private void carry(long now) {
        carried = newest;
        sentAt[(int) (carried % REMEMBERED)] = now;
    }

    /// What heartbeats carry: the round that is asked, else the newest number before.
    long carried() {
        return carried;
    }

    /// When the first heartbeat of this number left; [#NEVER] when that is not known any more.
    long sentAt(long number) {
        boolean known = number > 0 && number <= carried && number > carried - REMEMBERED;
        return known ? sentAt[(int) (number % REMEMBERED)] : NEVER;
    }

    void confirmed() {
        asked = 0;
    }

    /// Returns whether there was anything to give up.
    boolean abort() {
        boolean any = forming || asked != 0;
        forming = false;
        asked = 0;
        return any;
    }
}
