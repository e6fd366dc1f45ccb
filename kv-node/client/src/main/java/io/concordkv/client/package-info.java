/// Java client: topology map, leader routing, retries that are provably safe.
@NullMarked
package io.concordkv.client;

import org.jspecify.annotations.NullMarked;
