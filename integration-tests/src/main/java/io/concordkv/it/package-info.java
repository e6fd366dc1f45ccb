/// Real processes: clusters, faults, kubectl, conformance.
@NullMarked
package io.concordkv.it;

import org.jspecify.annotations.NullMarked;
