/// What controllers and kubelet share as clients of the Kubernetes API: a work queue, events and
/// status patches. Imports nothing else of this module; each queue owns its one thread.
@NullMarked
package io.concordkv.local.client;

import org.jspecify.annotations.NullMarked;
