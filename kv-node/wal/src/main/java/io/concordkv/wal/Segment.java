package io.concordkv.wal;

import io.concordkv.disk.DiskFile;
import java.io.IOException;

/// An open segment. The pump appends to the active one; readers hold it while they read, and the file
/// is closed by whoever lets go last.
final class Segment {
    final int number;
    final int salt;
    final DiskFile file;
    /// A file that held broken blocks is deleted, never used again: they would look like new rot.
    private final boolean recyclable;
    /// Behind the last frame that was handed to the file; written by the pump.
    volatile long end;
    /// Length of the file: frames up to here need no room of the volume; pump only.
    long room;
    /// Whether it holds more than its checkpoint; pump only.
    boolean hasFrames;

    private int readers;
    private boolean retired;

    Segment(int number, int salt, DiskFile file, boolean recyclable) {
        this.number = number;
        this.salt = salt;
        this.file = file;
        this.recyclable = recyclable;
    }

    /// Whether the record was handed to the file: one that is encoded but not written yet cannot be read.
    boolean holds(Runs.Run run) {
        return (run.position() + run.bytes() - 1L) / Block.PAYLOAD_BYTES < end / Block.BYTES;
    }

    /// @return false when the segment is gone
    synchronized boolean acquire() {
        if (retired) {
            return false;
        }
        readers++;
        return true;
    }

    synchronized void release() throws IOException {
        readers--;
        if (retired && readers == 0) {
            file.close();
        }
    }

    /// No reader comes in any more.
    ///
    /// @return true when nobody is inside and the file may be used again for another segment
    synchronized boolean retire() throws IOException {
        if (!retired) {
            retired = true;
            if (readers == 0) {
                file.close();
            }
        }
        return recyclable && readers == 0;
    }
}
