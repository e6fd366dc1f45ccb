/// What a resource type is (built-in or custom): names, schema, subresources, columns.
@NullMarked
package io.concordkv.local.type;

import org.jspecify.annotations.NullMarked;
