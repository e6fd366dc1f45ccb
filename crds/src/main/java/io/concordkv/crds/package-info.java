/// The custom resources of ConcordKV as Java records, and the YAML made from them.
///
/// Imported by the operator and by tests only. Specs and statuses are immutable; an absent field
/// of a spec becomes the same default the schema gives it, so code never meets a missing value.
@NullMarked
package io.concordkv.crds;

import org.jspecify.annotations.NullMarked;
