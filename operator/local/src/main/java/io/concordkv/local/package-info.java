/// Kubernetes on a laptop: API endpoint for kubectl, StatefulSet controller, pods as local processes.
@NullMarked
package io.concordkv.local;

import org.jspecify.annotations.NullMarked;
