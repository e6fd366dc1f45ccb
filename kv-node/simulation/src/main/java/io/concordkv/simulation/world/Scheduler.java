package io.concordkv.simulation.world;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// Virtual time: one queue of events by time, ties broken at random from the seed.
final class Scheduler {
    private record Event(long at, long tie, long number, String label, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            if (byTime != 0) {
                return byTime;
            }
            int byTie = Long.compare(tie, other.tie);
            return byTie != 0 ? byTie : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom ties;
    private long now;
    private long number;
    private long happened;
    private long hash = 0xcbf29ce484222325L;

    Scheduler(long seed) {
        this.ties = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    long happened() {
        return happened;
    }

    /// FNV-1a over times and labels of all events so far.
    long traceHash() {
        return hash;
    }

    void mix(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
    }

    void at(long time, String label, Runnable action) {
        events.add(new Event(Math.max(now, time), ties.nextInt() & 0xffff, number++, label, action));
    }

    void after(long delay, String label, Runnable action) {
        at(now + delay, label, action);
    }

    /// Runs the next event unless it lies beyond `until`.
    boolean step(long until) {
        Event next = events.peek();
        if (next == null || next.at > until) {
            now = Math.max(now, until);
            return false;
        }
        events.remove();
        now = next.at;
        happened++;
        mix(now);
        mix(next.label.hashCode());
        next.action.run();
        return true;
    }
}
