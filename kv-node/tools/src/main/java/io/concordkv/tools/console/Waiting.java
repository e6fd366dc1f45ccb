package io.concordkv.tools.console;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Says that a command still works: first after two seconds, then every five, until closed. For
/// commands that wait for one answer and have no steps to tell.
public final class Waiting implements AutoCloseable {
    private static final long FIRST_SECONDS = 2;
    private static final long BETWEEN_SECONDS = 5;

    private final CountDownLatch over = new CountDownLatch(1);

    private Waiting() {}

    public static Waiting begin(String command, PrintStream out) {
        Waiting waiting = new Waiting();
        Thread.ofPlatform().daemon().name("progress").start(() -> waiting.tell(command, out));
        return waiting;
    }

    private void tell(String command, PrintStream out) {
        long seconds = FIRST_SECONDS;
        try {
            for (long pause = FIRST_SECONDS; !over.await(pause, TimeUnit.SECONDS); pause = BETWEEN_SECONDS) {
                out.printf("%4d s  %s: still waiting for an answer%n", seconds, command);
                seconds += BETWEEN_SECONDS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
