/// Image archives as `docker load`, `ctr images import` and `podman load` read them.
@NullMarked
package io.concordkv.image.archive;

import org.jspecify.annotations.NullMarked;
