/// Words every part of the local endpoint shares: JSON trees, the identity of an object and the
/// `Status` answer. Imports nothing from the other packages.
@NullMarked
package io.concordkv.local.object;

import org.jspecify.annotations.NullMarked;
