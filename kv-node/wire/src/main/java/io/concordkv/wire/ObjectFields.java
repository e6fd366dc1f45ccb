package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks the fields of one JSON object, each name once.
final class ObjectFields {
    private final JsonParser in;
    private final List<String> seen = new ArrayList<>(4);

    /// @throws ProblemException `invalid-argument` when the parser does not stand on an object
    ObjectFields(JsonParser in, String what) {
        this.in = in;
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw Json.argument(in, "want " + what);
        }
    }

    /// @return the name of the next field, with the parser on its value; null behind the last
    @Nullable
    String next() throws IOException {
        if (in.nextToken() != JsonToken.FIELD_NAME) {
            return null;
        }
        String name = in.currentName();
        if (seen.contains(name)) {
            throw Json.argument(in, "field '" + name + "' is given twice");
        }
        seen.add(name);
        in.nextToken();
        return name;
    }

    /// The field read last is none of those allowed.
    ProblemException unknown(String allowed) {
        return Json.argument(in, "unknown field '" + seen.getLast() + "'; known here: " + allowed);
    }
}
