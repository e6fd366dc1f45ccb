/// The root file system of an image as a folder, each file assigned to a layer. The same sources give
/// the same bytes, times and permissions wherever the folder lies.
@NullMarked
package io.concordkv.image.stage;

import org.jspecify.annotations.NullMarked;
