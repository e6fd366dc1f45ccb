package io.concordkv.simulation.core;

import java.util.PriorityQueue;

/// What happens when, in simulated nanoseconds; equal times in order of arrival.
final class Schedule {
    private record Event(long time, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long orderLast;
    private long now;

    long now() {
        return now;
    }

    long happened() {
        return orderLast;
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(time, now), ++orderLast, action));
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    /// Lets everything up to `end` happen.
    void runUntil(long end) {
        while (true) {
            var next = events.peek();
            if (next == null || next.time > end) {
                now = end;
                return;
            }
            events.remove();
            now = next.time;
            next.action.run();
        }
    }
}
