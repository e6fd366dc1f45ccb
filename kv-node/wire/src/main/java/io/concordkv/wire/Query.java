package io.concordkv.wire;

import io.concordkv.base.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parameters of a request line, decoded to bytes; each may occur once.
public final class Query {
    public static final Query NONE = new Query(List.of());

    private record Parameter(String name, byte[] value) {}

    private final List<Parameter> parameters;

    private Query(List<Parameter> parameters) {
        this.parameters = parameters;
    }

    /// @param uri  request target; the query stands at `from..end`, without its `?`
    /// @throws ProblemException `invalid-argument` for bad escapes and repeated parameters
    public static Query parse(String uri, int from) {
        List<Parameter> found = new ArrayList<>(4);
        int at = from;
        while (at < uri.length()) {
            int end = uri.indexOf('&', at);
            end = end < 0 ? uri.length() : end;
            if (end > at) {
                add(found, uri, at, end);
            }
            at = end + 1;
        }
        return found.isEmpty() ? NONE : new Query(found);
    }

    private static void add(List<Parameter> found, String uri, int at, int end) {
        int equals = uri.indexOf('=', at);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        String name = new String(Percent.decode(uri, at, nameEnd, "parameter name"), StandardCharsets.UTF_8);
        byte[] value = Percent.decode(uri, Math.min(nameEnd + 1, end), end, name);
        for (Parameter earlier : found) {
            if (earlier.name().equals(name)) {
                throw Problem.invalidArgument("parameter '" + name + "' is given twice")
                        .asException();
            }
        }
        found.add(new Parameter(name, value));
    }

    public boolean isEmpty() {
        return parameters.isEmpty();
    }

    public boolean has(String name) {
        return bytes(name) != null;
    }

    public byte @Nullable [] bytes(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        return null;
    }

    public @Nullable String text(String name) {
        byte[] value = bytes(name);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /// @throws ProblemException `invalid-argument` when another parameter than these is there
    public Query allowing(Set<String> names) {
        for (Parameter parameter : parameters) {
            if (!names.contains(parameter.name())) {
                throw Problem.invalidArgument("unknown parameter '" + parameter.name() + "'; this call knows "
                                + (names.isEmpty()
                                        ? "none"
                                        : String.join(
                                                ", ", names.stream().sorted().toList())))
                        .asException();
            }
        }
        return this;
    }

    /// @throws ProblemException `invalid-argument` unless absent, `true` or `false`
    public boolean flag(String name) {
        String value = text(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw Problem.invalidArgument(name + "=" + value + ": want true or false")
                .asException();
    }

    /// @throws ProblemException `invalid-argument` unless absent or a whole number of `min..max`
    public long number(String name, long min, long max, long absent) {
        String value = text(name);
        if (value == null) {
            return absent;
        }
        long number = Decimal.parse(value);
        if (number < min || number > max) {
            throw Problem.invalidArgument(name + "=" + value + ": want a whole number from " + min + " to " + max)
                    .asException();
        }
        return number;
    }

    public long millis(String name, long min, long max, long absent) {
        String value = text(name);
        return value == null ? absent : Durations.parseMillis(name, value, min, max);
    }

    public Consistency consistency() {
        String value = text("consistency");
        return value == null ? Consistency.DEFAULT : Consistency.parse(value);
    }

    public long timeoutMillis(Limits limits) {
        return millis("timeout", 1, limits.timeoutMillisMax(), Limits.TIMEOUT_MILLIS_DEFAULT);
    }

    /// All parameters but `timeout`, ordered by name: what a request means, for fingerprints.
    byte[] meaning() {
        ByteWriter out = new ByteWriter(64);
        parameters.stream()
                .filter(each -> !each.name().equals("timeout"))
                .sorted(Comparator.comparing(Parameter::name))
                .forEach(each -> out.text(each.name()).blob(each.value()));
        return out.toByteArray();
    }
}
