/// What `kubectl apply -k` installs.
@NullMarked
package io.concordkv.operator.install;

import org.jspecify.annotations.NullMarked;
