/// What clients saw, and whether one copy of each key could have answered so.
@NullMarked
package io.concordkv.simulation.history;

import org.jspecify.annotations.NullMarked;
