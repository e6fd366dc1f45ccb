/// Calls to the nodes' admin API (port 9000): one small HTTP client with timeouts, no retries; the
/// next pass asks again.
@NullMarked
package io.concordkv.operator.admin;

import org.jspecify.annotations.NullMarked;
