/// Plain node processes without Kubernetes: starts, stops and finds them. Owns `nodes.json`.
@NullMarked
package io.concordkv.tools.nodes;

import org.jspecify.annotations.NullMarked;
