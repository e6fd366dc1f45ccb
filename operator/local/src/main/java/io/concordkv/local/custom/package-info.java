/// Custom resources: how a CustomResourceDefinition becomes served types, and what a definition
/// must look like.
@NullMarked
package io.concordkv.local.custom;

import org.jspecify.annotations.NullMarked;
