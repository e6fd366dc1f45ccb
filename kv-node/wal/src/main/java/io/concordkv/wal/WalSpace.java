package io.concordkv.wal;

/// Whether the volume has room (SAFETY L8). On [#LOW] leaders refuse puts with `storage-full` and
/// admit deletes and expiry. Between the two marks the last word stays.
public enum WalSpace {
    OK,
    LOW
}
