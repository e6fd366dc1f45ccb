/// The shape of objects: structural schemas (of custom resources and built-in types alike),
/// defaulting, pruning, validation and the rules in CEL. Pure functions over JSON trees.
@NullMarked
package io.concordkv.local.schema;

import org.jspecify.annotations.NullMarked;
