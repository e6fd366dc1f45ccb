/// Administration over the admin ports.
@NullMarked
package io.concordkv.tools.admin;

import org.jspecify.annotations.NullMarked;
