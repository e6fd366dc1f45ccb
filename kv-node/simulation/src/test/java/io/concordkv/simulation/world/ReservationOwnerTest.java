package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.NodeId;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.topology.state.Reservation;
import org.junit.jupiter.api.Test;

/// Who may end a reservation (SAFETY R8).
class ReservationOwnerTest {
    private static final NodeId NODE = new NodeId(2);

    @Test
    void onlyItsOwnerGivesAReservationBack() {
        GoldenWorld calm = GoldenWorld.founded(78, (from, to, use, frame) -> {});
        assertThat(calm.admin(1, new AdminDesk.Operation.Reserve(NODE, "restart", "alice"))
                        .isDone())
                .isTrue();

        AdminDesk.Answer bobs = calm.admin(3, new AdminDesk.Operation.GiveBack(NODE, "bob"));
        assertThat(bobs.code()).isEqualTo("conflicting-operation");
        assertThat(bobs.reasons()).containsExactly("node 2 is reserved by alice for restart");
        assertThat(calm.state().reservation()).map(Reservation::owner).contains("alice");

        assertThat(calm.admin(3, new AdminDesk.Operation.GiveBack(NODE, "alice"))
                        .isDone())
                .isTrue();
        calm.untilCalm();
        assertThat(calm.state().reservation()).isEmpty();
        assertThat(calm.admin(2, new AdminDesk.Operation.GiveBack(NODE, "bob")).isDone())
                .as("nothing is held any more")
                .isTrue();
        calm.end();
    }
}
