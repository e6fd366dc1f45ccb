/// The built-in resource types: names, schemas, defaults, rules and columns. A table, not a class
/// for each type; the field lists come from the client library's model classes by reflection.
@NullMarked
package io.concordkv.local.builtin;

import org.jspecify.annotations.NullMarked;
