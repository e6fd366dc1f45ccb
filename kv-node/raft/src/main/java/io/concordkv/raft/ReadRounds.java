package io.concordkv.raft;

/// Numbers of the read rounds: made here, strictly ascending for the life of the core, so that no answer
/// to an older question can confirm a newer one. One round is asked at a time; reads that come meanwhile
/// form the next (thesis §6.4).
final class ReadRounds {
    private long newest;
    private long asked;
    private long askedCommit;
    private boolean forming;

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
    void ask(long commit) {
        asked = newest;
        askedCommit = commit;
        forming = false;
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
