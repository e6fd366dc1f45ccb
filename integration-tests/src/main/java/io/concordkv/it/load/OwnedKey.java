package io.concordkv.it.load;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What one key may hold, known by its only writer: the last value acknowledged or seen, or a value
/// whose put got no answer. Such a put may take effect at any later time, once: a value that was seen
/// and then overwritten never comes back.
final class OwnedKey {
    /// Stands for "there is no such key"; no value looks like this.
    static final String ABSENT = "";

    private final String name;
    private final Set<String> inDoubt = new TreeSet<>();
    private String current = ABSENT;

    OwnedKey(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void acknowledged(String value) {
        current = value;
    }

    void inDoubt(String value) {
        inDoubt.add(value);
    }

    /// @return what is wrong with reading this; empty when it is right
    Optional<String> read(String value) {
        if (inDoubt.remove(value)) {
            current = value;
            return Optional.empty();
        }
        return value.equals(current)
                ? Optional.empty()
                : Optional.of("key %s holds %s, but only %s or, of unanswered puts, %s is possible"
                        .formatted(name, shown(value), shown(current), inDoubt));
    }

    private static String shown(String value) {
        return value.isEmpty() ? "nothing" : value;
    }
}
