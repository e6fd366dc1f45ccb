/// A suite of steps against one Kubernetes: running them one after the other, and telling about it.
/// One thread runs all steps.
@NullMarked
package io.concordkv.it.conformance;

import org.jspecify.annotations.NullMarked;
