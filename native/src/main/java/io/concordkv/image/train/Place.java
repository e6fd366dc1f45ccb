package io.concordkv.image.train;

import java.nio.file.Path;

/// A folder that a program may write into.
///
/// @param folder on this machine
/// @param seen   the same folder as the program names it; another path when it runs in another root
record Place(Path folder, Path seen) {
    static Place plain(Path folder) {
        return new Place(folder, folder);
    }
}
