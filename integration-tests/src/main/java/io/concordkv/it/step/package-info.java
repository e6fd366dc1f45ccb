/// The steps of the conformance suite, by subject. Each can run alone: it brings about what it needs.
@NullMarked
package io.concordkv.it.step;

import org.jspecify.annotations.NullMarked;
