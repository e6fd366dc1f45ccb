package io.concordkv.image.stage;

import java.nio.file.Path;

/// One file or directory of an image.
///
/// @param path        in the image, absolute
/// @param source      in the staged folder
/// @param permissions as of `chmod`, octal
/// @param owner       user and group id
public record StagedFile(Layer layer, String path, Path source, int permissions, int owner) {
    public static final int DIRECTORY = 0_755;
    public static final int PROGRAM = 0_755;
    public static final int PLAIN = 0_644;
    public static final int ROOT = 0;
}
