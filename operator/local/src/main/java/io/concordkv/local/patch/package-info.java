/// The four ways to change an object: JSON patch, merge patch, strategic merge patch and
/// server-side apply with field ownership. Pure functions over JSON trees.
@NullMarked
package io.concordkv.local.patch;

import org.jspecify.annotations.NullMarked;
