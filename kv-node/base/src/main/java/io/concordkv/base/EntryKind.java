package io.concordkv.base;

/// What a log entry's payload means. The codes are on disk and on the wire and never change.
public enum EntryKind {
    /// A command of the state machine.
    COMMAND(0),
    /// Empty; the first entry of every leader.
    NOOP(1),
    /// A configuration of the group, in force from the moment it is appended.
    CONFIGURATION(2),
    /// Empty; every replica hashes its state as of this entry (SAFETY S10, `checkpoint-hash` there). Appended
    /// from the cluster's level 3 on.
    STATE_HASH(3);

    private final byte code;

    EntryKind(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    /// @throws DecodeException when no kind has this code
    public static EntryKind of(byte code) {
        return switch (code) {
            case 0 -> COMMAND;
            case 1 -> NOOP;
            case 2 -> CONFIGURATION;
            case 3 -> STATE_HASH;
            default -> throw new DecodeException("entry kind", "0..3", code);
        };
    }
}
