/// Java model of the custom resources and the YAML made from it.
@NullMarked
package io.concordkv.crds;

import org.jspecify.annotations.NullMarked;
