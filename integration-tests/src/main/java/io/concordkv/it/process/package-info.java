/// Clusters of real node processes on loopback, and callers that write down what they were told. Who
/// makes a [io.concordkv.it.process.ProcessCluster] ends it; its processes do not outlive that.
@NullMarked
package io.concordkv.it.process;

import org.jspecify.annotations.NullMarked;
