/// Small controllers, ordinary clients of the Kubernetes API: StatefulSets, garbage collection,
/// disruption budgets, endpoints, namespaces, volumes claims. Imports `local.client` only; each
/// controller owns its informers and one worker thread.
@NullMarked
package io.concordkv.local.controller;

import org.jspecify.annotations.NullMarked;
