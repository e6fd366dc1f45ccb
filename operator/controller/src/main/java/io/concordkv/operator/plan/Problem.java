package io.concordkv.operator.plan;

/// Something the user should know, found in a snapshot or while acting.
///
/// @param subject node or object it is about
/// @param message one sentence for people
public record Problem(Kind kind, String subject, String message) {

    /// What is wrong, in order of importance.
    public enum Kind {
        IDENTITY_CONFLICT("IdentityConflict", true, false),
        DATA_LOST("DataLost", true, true),
        NODE_CANNOT_START("NodeCannotStart", true, false),
        POD_REFUSED("PodRefused", true, false),
        VOLUME_UNBOUND("VolumeUnbound", true, false),
        POD_UNSCHEDULABLE("PodUnschedulable", true, false),
        REPLICA_DAMAGED("ReplicaDamaged", false, true),
        VOLUME_LOST("VolumeLost", false, true),
        NODE_STOPPED("NodeStopped", false, true),
        UNDER_REPLICATED("UnderReplicated", false, true),
        SCALING_NOT_YET_SUPPORTED("ScalingNotYetSupported", true, false),
        FOUNDING_REFUSED("FoundingRefused", true, false),
        NAME_TAKEN("NameTaken", true, false),
        APPLY_REFUSED("ApplyRefused", true, false),
        DELETION_BLOCKED("DeletionBlocked", true, false);

        private final String reason;
        private final boolean stalls;
        private final boolean degrades;

        Kind(String reason, boolean stalls, boolean degrades) {
            this.reason = reason;
            this.stalls = stalls;
            this.degrades = degrades;
        }

        /// Reason word of conditions and events.
        public String reason() {
            return reason;
        }

        /// Waiting does not help: somebody has to act.
        public boolean stalls() {
            return stalls;
        }

        /// The cluster serves with less than it should have.
        public boolean degrades() {
            return degrades;
        }
    }
}
