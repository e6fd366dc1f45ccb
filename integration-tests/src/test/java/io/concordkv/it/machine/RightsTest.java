package io.concordkv.it.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the audit log says of an operator that is judged.
class RightsTest {
    private static final Right CREATE = new Right("concordkv", "coordination.k8s.io", "leases", "create", Right.ANY);
    private static final Right UPDATE = new Right("concordkv", "coordination.k8s.io", "leases", "update", "operator");
    private static final ServerStart START = ServerStart.of("2026-01-01T12:00:00.5Z 2026-01-01T12:00:03Z");

    @Test
    void whatWasDoneOnceAtTheFirstStartIsUsedInLaterRuns() throws IOException {
        var created = request("11:00:00", "create", "", 201);
        var updated = request("12:00:00", "update", "operator", 200);
        Rights rights = Rights.judge(Set.of(CREATE, UPDATE), List.of(created, updated), List.of(updated), List.of());
        assertThat(rights.unused()).isEmpty();
        assertThat(rights.requests()).isEqualTo(1);
    }

    @Test
    void aRightThatNobodyUsesIsNamed() throws IOException {
        var updated = request("12:00:00", "update", "operator", 200);
        Rights rights = Rights.judge(Set.of(CREATE, UPDATE), List.of(updated), List.of(updated), List.of());
        assertThat(rights.unused()).containsExactly("create leases.coordination.k8s.io in concordkv");
    }

    @Test
    void onlyAServerThatIsStartingMayRefuse() throws IOException {
        var early = request("12:00:01", "update", "operator", 403);
        var late = request("12:00:04", "update", "operator", 403);
        Rights rights = Rights.judge(Set.of(), List.of(), List.of(early, late), List.of(START));
        assertThat(rights.early()).isEqualTo(1);
        assertThat(rights.refused()).singleElement().asString().contains("12:00:04");
    }

    private static AuditEvent request(String time, String verb, String name, int code) throws IOException {
        return AuditEvent.of(
                new ObjectMapper().readTree("""
                {"requestReceivedTimestamp": "2026-01-01T%sZ", "verb": "%s",
                 "objectRef": {"apiGroup": "coordination.k8s.io", "resource": "leases", "name": "%s"},
                 "responseStatus": {"code": %d},
                 "annotations": {"authorization.k8s.io/decision": "%s", "authorization.k8s.io/reason":
                    "RBAC: allowed by RoleBinding \\"operator/concordkv\\" of Role \\"operator\\""}}
                """.formatted(time, verb, name, code, code == 403 ? "forbid" : "allow")));
    }
}
