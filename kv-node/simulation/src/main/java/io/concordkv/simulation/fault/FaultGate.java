package io.concordkv.simulation.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Stands before every fault of one run: gives it a name, and lets it happen or not. What chance decides about a
/// fault is drawn before it is asked about, so that a fault left out changes no other's.
public final class FaultGate {
    private final FaultChoice choice;
    private final Map<String, Integer> asked = new TreeMap<>();
    private final List<Happened> happened = new ArrayList<>();

    /// @param name    its kind and its number among its kind, from 1: `crash-3`
    /// @param atNanos simulated time
    public record Happened(String name, long atNanos) {
        @Override
        public String toString() {
            return "%s at %.3f s".formatted(name, atNanos / 1e9);
        }
    }

    public FaultGate(FaultChoice choice) {
        this.choice = choice;
    }

    /// Whether the next fault of this kind happens.
    public boolean lets(String kind, long nowNanos) {
        String name = kind + "-" + asked.merge(kind, 1, Integer::sum);
        if (!choice.holds(name)) {
            return false;
        }
        happened.add(new Happened(name, nowNanos));
        return true;
    }

    /// What it let happen, in the order of time.
    public List<Happened> happened() {
        return List.copyOf(happened);
    }
}
