/// Requests, answers, errors and the topology map as clients see them, and their codecs.
@NullMarked
package io.concordkv.wire;

import org.jspecify.annotations.NullMarked;
