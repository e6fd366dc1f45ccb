package io.concordkv.shard.replica;

import io.concordkv.shard.port.Background;
import java.util.ArrayList;
import java.util.List;

/// Background work on the snapshot files of one replica, counted: whoever deletes the files of a closed
/// replica waits for its end, because work that was queued before would bring some back. On the loop.
final class CountedBackground implements Background {
    private final Background background;
    private final List<Runnable> waiting = new ArrayList<>();
    /// Submitted, and `done` has not returned yet.
    private int running;

    CountedBackground(Background background) {
        this.background = background;
    }

    @Override
    public <T> void submit(Work<T> work, Done<T> done) {
        running++;
        background.submit(work, new Done<T>() {
            @Override
            public void succeeded(T result) {
                try {
                    done.succeeded(result);
                } finally {
                    ended();
                }
            }

            @Override
            public void failed(Exception cause) {
                try {
                    done.failed(cause);
                } finally {
                    ended();
                }
            }
        });
    }

    /// Runs `rest` once nothing runs: at once, or after the last.
    void whenAtRest(Runnable rest) {
        if (running == 0) {
            rest.run();
        } else {
            waiting.add(rest);
        }
    }

    private void ended() {
        running--;
        if (running == 0) {
            List<Runnable> now = List.copyOf(waiting);
            waiting.clear();
            now.forEach(Runnable::run);
        }
    }
}
