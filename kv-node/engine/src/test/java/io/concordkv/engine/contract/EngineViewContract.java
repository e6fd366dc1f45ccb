package io.concordkv.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.EngineLimits;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.ViewExpiredException;
import io.concordkv.engine.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Read views: what they show while writes go on, and how they end.
public abstract class EngineViewContract extends EngineFixture {
    @Test
    void aViewShowsTheMomentItWasTaken() {
        fill(2_000);
        ReadView view = engine().view();
        long index = engine().appliedIndex();
        write(new WriteBatch().deleteRange(new KeyRange(number(0), number(1_500))));
        for (int i = 1_000; i < 3_000; i++) {
            write(new WriteBatch().put(number(i), bytes("changed")));
        }
        assertThat(view.appliedIndex()).isEqualTo(index);
        assertThat(view.count(KeyRange.all())).isEqualTo(2_000);
        assertThat(text(view.get(number(1_700)))).isEqualTo("00001700");
        assertThat(view.get(number(2_500))).isNull();
        assertThat(text(engine().get(number(1_700)))).isEqualTo("changed");
        assertThat(keys(view, KeyRange.all(), Direction.BACKWARD))
                .hasSize(2_000)
                .startsWith("00001999");
        view.close();
    }

    @Test
    void aCursorOfTheEngineDoesNotSeeWhatIsWrittenWhileItWalks() {
        fill(1_000);
        int walked = 0;
        try (Cursor cursor = engine().cursor(KeyRange.all(), Direction.FORWARD)) {
            while (cursor.next()) {
                write(new WriteBatch().delete(cursor.key()).put(bytes("9" + text(cursor.key())), bytes("new")));
                walked++;
            }
        }
        assertThat(walked).isEqualTo(1_000);
        assertThat(keys(KeyRange.all(), Direction.FORWARD)).hasSize(1_000).allMatch(key -> key.startsWith("9"));
    }

    @Test
    void manyViewsEachKeepTheirOwnMoment() {
        List<ReadView> views = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            put("counter", Integer.toString(i));
            write(new WriteBatch().put(number(i), number(i)));
            views.add(engine().view());
        }
        for (int i = 499; i >= 0; i -= 2) {
            views.get(i).close();
        }
        fill(1_000);
        for (int i = 0; i < 500; i += 2) {
            try (ReadView view = views.get(i)) {
                assertThat(text(view.get(bytes("counter")))).isEqualTo(Integer.toString(i));
                assertThat(view.count(KeyRange.all())).isEqualTo(i + 2L);
            }
        }
        assertThat(engine().stats().viewsOpen()).isZero();
        assertThat(engine().validate().problems()).isEmpty();
    }

    @Test
    void aViewOlderThanTheLimitExpires() {
        engine(EngineLimits.DEFAULTS.withViews(Duration.ofSeconds(10), 1 << 20));
        fill(100);
        ReadView view = engine().view();
        Cursor cursor = view.cursor(KeyRange.all(), Direction.FORWARD);
        assertThat(cursor.next()).isTrue();
        clock.advance(Duration.ofSeconds(9));
        put("x", "y");
        assertThat(view.get(number(1))).isNotNull();
        clock.advance(Duration.ofSeconds(2));
        put("x", "z");
        assertThatExceptionOfType(ViewExpiredException.class)
                .isThrownBy(() -> view.get(number(1)))
                .withMessageContaining("older than");
        assertThatExceptionOfType(ViewExpiredException.class).isThrownBy(cursor::next);
        assertThatExceptionOfType(ViewExpiredException.class).isThrownBy(() -> view.count(KeyRange.all()));
        assertThat(engine().stats().viewsExpired()).isEqualTo(1);
        assertThat(engine().stats().viewsOpen()).isZero();
        view.close();
    }

    @Test
    void clearAndCloseEndViews() {
        fill(100);
        ReadView cleared = engine().view();
        engine().clear();
        assertThatExceptionOfType(ViewExpiredException.class).isThrownBy(() -> cleared.get(number(1)));
        cleared.close();
        fill(10);
        ReadView closed = engine().view();
        engine().close();
        assertThatExceptionOfType(ViewExpiredException.class).isThrownBy(() -> closed.get(number(1)));
        closed.close();
    }

    @Test
    void aClosedViewCannotBeRead() {
        fill(10);
        ReadView view = engine().view();
        view.close();
        view.close();
        assertThatExceptionOfType(ViewExpiredException.class).isThrownBy(() -> view.get(number(1)));
    }
}
