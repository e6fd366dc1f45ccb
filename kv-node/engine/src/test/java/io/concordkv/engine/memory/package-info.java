/// Tests of the engine `memory`.
@NullMarked
package io.concordkv.engine.memory;

import org.jspecify.annotations.NullMarked;
