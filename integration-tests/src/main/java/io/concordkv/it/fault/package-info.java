/// Faults on clusters of real node processes, each under callers whose history is checked, and what must
/// be so during and after it. Knows nothing of Kubernetes.
@NullMarked
package io.concordkv.it.fault;

import org.jspecify.annotations.NullMarked;
