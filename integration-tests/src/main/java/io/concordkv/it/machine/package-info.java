/// The machine under a Kubernetes of our own: its kubelets, processes and audit log. Only what runs on
/// that machine can use it; a Kubernetes elsewhere is tested without.
@NullMarked
package io.concordkv.it.machine;

import org.jspecify.annotations.NullMarked;
