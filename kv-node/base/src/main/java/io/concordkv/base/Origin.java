package io.concordkv.base;

/// Where bytes came from, for messages.
///
/// @param file   path relative to the data folder
/// @param offset in bytes from the start of the file
public record Origin(String file, long offset) {
    @Override
    public String toString() {
        return file + " at offset " + offset;
    }
}
