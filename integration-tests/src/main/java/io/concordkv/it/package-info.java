/// Real processes: clusters, faults, kubectl, conformance. Imported by nobody.
@NullMarked
package io.concordkv.it;

import org.jspecify.annotations.NullMarked;
