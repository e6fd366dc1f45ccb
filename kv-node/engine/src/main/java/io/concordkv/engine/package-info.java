/// What a storage engine is, its contract test, and the in-memory engine.
@NullMarked
package io.concordkv.engine;

import org.jspecify.annotations.NullMarked;
