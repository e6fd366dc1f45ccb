package io.concordkv.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Words of a real API server.
class CausesTest {
    private static final Duration SOON = Duration.ofSeconds(11);
    private static final String POD = "create Pod demo-a-1 in StatefulSet demo-a failed error: pods \"demo-a-1\" is"
            + " forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2";
    private static final String CLAIM =
            "create Claim data-demo-a-1 for Pod demo-a-1 in StatefulSet demo-a failed error:"
                    + " persistentvolumeclaims \"data-demo-a-1\" is forbidden: exceeded quota: claims";

    @Test
    void theNewestRefusalOfAPodIsItsCause() {
        assertThat(Causes.refusal(
                        List.of(
                                event("FailedCreate", POD, "2026-01-01T00:00:01Z"),
                                event("FailedCreate", CLAIM, "2026-01-01T00:00:02Z")),
                        "demo-a-1"))
                .hasValue("persistentvolumeclaims \"data-demo-a-1\" is forbidden: exceeded quota: claims");
    }

    @Test
    void aRefusalIsOverOnceTheSameWasMade() {
        Event refused = event("FailedCreate", POD, "2026-01-01T00:00:01Z");
        Event made = event(
                "SuccessfulCreate", "create Pod demo-a-1 in StatefulSet demo-a successful", "2026-01-01T00:00:02Z");
        Event refusedAgain = event("FailedCreate", POD, "2026-01-01T00:40:00Z");
        Event otherMade = event(
                "SuccessfulCreate", "create Pod demo-a-10 in StatefulSet demo-a successful", "2026-01-01T00:50:00Z");
        Event claimMade = event(
                "SuccessfulCreate",
                "create Claim data-demo-a-1 Pod demo-a-1 in StatefulSet demo-a success",
                "2026-01-01T00:50:00Z");

        assertThat(Causes.refusal(List.of(refused, made), "demo-a-1")).isEmpty();
        assertThat(Causes.refusal(List.of(refused, made, refusedAgain), "demo-a-1"))
                .isPresent();
        assertThat(Causes.refusal(List.of(refused, otherMade, claimMade), "demo-a-1"))
                .isPresent();
    }

    @Test
    void anotherPodsRefusalIsNotTaken() {
        List<Event> events =
                List.of(event("FailedCreate", POD.replace("demo-a-1", "demo-a-10"), "2026-01-01T00:00:01Z"));
        assertThat(Causes.refusal(events, "demo-a-1")).isEmpty();
        assertThat(Causes.refusal(events, "demo-a-10")).isPresent();
    }

    private static final class SetClock extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void missingPodsOfDeletedClustersAreForgotten() {
        var clock = new SetClock();
        try (KubernetesClient unused =
                new KubernetesClientBuilder().withConfig(Config.empty()).build()) {
            var causes = new Causes(unused, clock);
            for (int set = 0; set < 100; set++) {
                causes.ofMissingPod("ns", "set-" + set, "demo-a-1", true);
            }
            assertThat(causes.missedPods()).isEqualTo(100);

            clock.now = clock.now.plus(Duration.ofMinutes(6));
            causes.ofMissingPod("ns", "another", "demo-a-1", true);
            assertThat(causes.missedPods()).isEqualTo(1);
        }
    }

    @Test
    void aProvisionerThatIsAwayIsToldAfterSomeTime() {
        Event waiting = event(
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner 'example.org/disk' or manually",
                "2026-01-01T00:00:01Z");
        Event first = event("WaitForFirstConsumer", "waiting for first consumer", "2026-01-01T00:00:00Z");

        assertThat(Causes.unbound(List.of(first, waiting), SOON)).isEmpty();
        assertThat(Causes.unbound(List.of(first, waiting), Causes.PROVIDED_WITHIN))
                .hasValueSatisfying(cause -> assertThat(cause).contains("external provisioner 'example.org/disk'"));
        assertThat(Causes.unbound(List.of(), Causes.PROVIDED_WITHIN))
                .hasValueSatisfying(cause -> assertThat(cause).contains("nobody says why"));
    }

    @Test
    void aClaimThatWaitsForItsPodToGetAMachineIsNoFault() {
        Event waits = event("WaitForPodScheduled", "waiting for pod demo-a-1", "2026-01-01T00:00:01Z");

        assertThat(Causes.unbound(List.of(waits), Causes.PROVIDED_WITHIN)).isEmpty();
    }

    @Test
    void whatWasRefusedIsToldAtOnceAndStays() {
        Event refused = event("FailedBinding", "no storage class is set", "2026-01-01T00:00:01Z");
        Event waiting = event("ExternalProvisioning", "Waiting for a volume", "2026-01-01T00:00:05Z");

        assertThat(Causes.unbound(List.of(refused, waiting), SOON)).hasValue("no storage class is set");
    }

    private static Event event(String reason, String message, String last) {
        return new EventBuilder()
                .withReason(reason)
                .withMessage(message)
                .withLastTimestamp(last)
                .build();
    }
}
