/// Step 1: reads Kubernetes caches and the nodes' admin API into one immutable
/// [Snapshot][io.concordkv.operator.observe.Snapshot]. Changes nothing.
@NullMarked
package io.concordkv.operator.observe;

import org.jspecify.annotations.NullMarked;
