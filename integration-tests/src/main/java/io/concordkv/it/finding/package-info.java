/// What a step can end with besides success. Knows nothing of Kubernetes.
@NullMarked
package io.concordkv.it.finding;

import org.jspecify.annotations.NullMarked;
