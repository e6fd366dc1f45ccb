package io.concordkv.it.conformance;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a program that is asked to end (Ctrl-C, SIGTERM) put right first what it has changed: the JVM waits
/// until this is closed.
public final class Ending implements AutoCloseable {
    private static final long WAITS_MINUTES = 6;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread atExit = Thread.ofPlatform().unstarted(this::waitForTheEnd);
    private volatile boolean wanted;

    private final String command;

    private Ending(String command) {
        this.command = command;
    }

    /// @param command whose end it is, for messages
    public static Ending watch(String command) {
        var ending = new Ending(command);
        Runtime.getRuntime().addShutdownHook(ending.atExit);
        return ending;
    }

    public boolean isWanted() {
        return wanted;
    }

    private void waitForTheEnd() {
        wanted = true;
        System.err.println(command + ": asked to end; removing first what was made");
        try {
            if (!over.await(WAITS_MINUTES, TimeUnit.MINUTES)) {
                System.err.println(command + ": not all was removed within " + WAITS_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// All is as it was.
    @Override
    public void close() {
        over.countDown();
        if (!wanted) {
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException endingNow) {
                // Then it has nothing to wait for.
            }
        }
    }
}
