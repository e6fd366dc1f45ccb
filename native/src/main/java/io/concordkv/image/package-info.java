/// Builds the container images of node, operator and command line as files, with no daemon and no
/// registry. A program, not a library: everything here may block its thread.
///
/// recipe → staged root → recorded cache → archive: `ImageRecipe` says what an image is, `stage` lays
/// its root file system out in a folder, `train` records and checks the ahead-of-time cache with the
/// very files of that folder, `archive` packs it.
@NullMarked
package io.concordkv.image;

import org.jspecify.annotations.NullMarked;
