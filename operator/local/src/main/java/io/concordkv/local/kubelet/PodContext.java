package io.concordkv.local.kubelet;

import io.concordkv.local.client.EventRecorder;
import io.concordkv.local.client.ObjectKey;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.http.HttpClient;

/// What the containers of one pod share.
///
/// @param pod    as it was bound: events are about it
/// @param signal wakes the pod's thread; any thread may call it
record PodContext(
        Pod pod,
        PodDirectory directory,
        KubeletSettings settings,
        ProcessLedger ledger,
        PodLogs logs,
        EventRecorder events,
        HttpClient http,
        Runnable signal) {

    ObjectKey key() {
        return ObjectKey.of(pod);
    }

    void event(String container, String type, String reason, String message) {
        events.record(pod, container, type, reason, message);
    }
}
