/// A small world for the operator: the local API server with its controllers, pods that are only
/// status, and behind each a scripted admin endpoint.
@NullMarked
package io.concordkv.operator.world;

import org.jspecify.annotations.NullMarked;
