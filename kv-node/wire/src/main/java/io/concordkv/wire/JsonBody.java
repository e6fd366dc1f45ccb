package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/// What the body of every call must be, for calls whose fields are looked at elsewhere.
public final class JsonBody {
    private JsonBody() {}

    /// Holds a body to one JSON object in which, at any depth, no field is given twice and none is null.
    ///
    /// @throws ProblemException `invalid-json` when it is no JSON, `invalid-argument` when it is another
    ///     document, both with line and column
    public static void checkObject(byte[] json) {
        Json.read(json, in -> {
            checkFields(in, "an object, like {}");
            return json.length;
        });
    }

    private static void checkFields(JsonParser in, String wanted) throws IOException {
        ObjectFields fields = new ObjectFields(in, wanted);
        for (String name = fields.next(); name != null; name = fields.next()) {
            checkValue(in, "field '" + name + "'");
        }
    }

    private static void checkValue(JsonParser in, String where) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            throw Json.argument(in, where + " is null; give a value or leave it out");
        } else if (token == JsonToken.START_OBJECT) {
            checkFields(in, "an object");
        } else if (token == JsonToken.START_ARRAY) {
            while (in.nextToken() != JsonToken.END_ARRAY) {
                checkValue(in, "an item of " + where);
            }
        }
    }
}
