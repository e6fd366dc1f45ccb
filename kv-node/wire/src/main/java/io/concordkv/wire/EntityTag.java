package io.concordkv.wire;

import org.jspecify.annotations.Nullable;

/// What a conditional header asks for. The tag of a key is its revision in quotes.
public sealed interface EntityTag {
    EntityTag ABSENT = new Absent();

    /// The header is not there.
    record Absent() implements EntityTag {}

    /// `*`: any present key.
    record Any() implements EntityTag {}

    /// @param revision 0 when the tag is well-formed but can belong to no key
    record Revision(long revision) implements EntityTag {}

    /// @param header name, for the message
    /// @param value  null when the header is absent
    /// @throws ProblemException `invalid-argument` for weak, listed or unquoted tags
    static EntityTag parse(String header, @Nullable String value) {
        if (value == null) {
            return ABSENT;
        }
        String tag = value.strip();
        if (tag.equals("*")) {
            return new Any();
        }
        boolean quoted = tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
        if (!quoted || tag.indexOf('"', 1) != tag.length() - 1) {
            throw Problem.invalidArgument(header + ": " + value
                            + ": want * or one strong tag in quotes; weak tags and lists are not taken")
                    .asException();
        }
        return new Revision(Math.max(0, Decimal.parse(tag.substring(1, tag.length() - 1))));
    }

    /// The header's value; empty when there is none.
    default String text() {
        return switch (this) {
            case Absent() -> "";
            case Any() -> "*";
            case Revision(long revision) -> format(revision);
        };
    }

    /// The header's value for a revision.
    static String format(long revision) {
        return "\"" + revision + "\"";
    }

    /// @param present revision of the key now; 0 = there is none
    default boolean matches(long present) {
        return switch (this) {
            case Absent() -> false;
            case Any() -> present != 0;
            case Revision(long revision) -> present != 0 && present == revision;
        };
    }
}
