package io.concordkv.operator.status;

/// Types of conditions, in the order they are shown (API §6).
public enum ConditionType {
    READY("Ready"),
    AVAILABLE("Available"),
    QUORATE("Quorate"),
    RECONCILING("Reconciling"),
    STALLED("Stalled"),
    PROGRESSING("Progressing"),
    DEGRADED("Degraded"),
    BALANCED("Balanced"),
    SCALE_DOWN_BLOCKED("ScaleDownBlocked"),
    PAUSED("Paused");

    private final String word;

    ConditionType(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
