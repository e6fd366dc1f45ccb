/// Generates the committed YAML and holds it against the Java model.
@NullMarked
package io.concordkv.crds;

import org.jspecify.annotations.NullMarked;
