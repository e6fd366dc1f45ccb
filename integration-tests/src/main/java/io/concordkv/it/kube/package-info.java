/// What steps touch: a Kubernetes, a cluster in it, its pods, kubectl. Nothing here judges.
@NullMarked
package io.concordkv.it.kube;

import org.jspecify.annotations.NullMarked;
