/// A small kubelet, with the scheduler, the volume provisioner and the service network that belong
/// to one node: it runs each pod as processes on a loopback address of its own. An ordinary client
/// of the Kubernetes API. Each pod has one thread that owns its state; see [PodWorker].
@NullMarked
package io.concordkv.local.kubelet;

import org.jspecify.annotations.NullMarked;
