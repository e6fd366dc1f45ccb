/// API endpoint, controllers and kubelet put together into one local Kubernetes.
@NullMarked
package io.concordkv.local.cluster;

import org.jspecify.annotations.NullMarked;
