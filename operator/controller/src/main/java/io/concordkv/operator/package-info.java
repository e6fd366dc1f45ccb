/// The Quarkus operator: observe, plan, render, act, status.
@NullMarked
package io.concordkv.operator;

import org.jspecify.annotations.NullMarked;
