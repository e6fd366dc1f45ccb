/// What every engine must show: extend the classes here and say how the engine is opened.
@NullMarked
package io.concordkv.engine.contract;

import org.jspecify.annotations.NullMarked;
