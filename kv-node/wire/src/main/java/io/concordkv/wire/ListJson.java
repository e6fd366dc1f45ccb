package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers of lists (API §2): pages, counts, and the lines of a stream.
public final class ListJson {
    public static final String STREAM_MEDIA_TYPE = "application/x-ndjson";

    private ListJson() {}

    /// One line of a stream.
    public sealed interface Line {
        record Item(ListItem item) implements Line {}

        record End(long count) implements Line {}

        record Failed(Problem problem) implements Line {}
    }

    public static byte[] page(ListPage page, boolean base64) {
        return Json.write(128 * page.items().size() + 64, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("items");
            for (ListItem item : page.items()) {
                writeItem(out, item, base64);
            }
            out.writeEndArray();
            if (page.next() != null) {
                out.writeStringField("next", page.next());
            }
            out.writeEndObject();
        });
    }

    public static byte[] count(long count) {
        return Json.write(32, out -> {
            out.writeStartObject();
            out.writeNumberField("count", count);
            out.writeEndObject();
        });
    }

    /// With its line end.
    public static byte[] line(Line line, boolean base64) {
        return Json.write(256, out -> {
            switch (line) {
                case Line.Item(ListItem item) -> writeItem(out, item, base64);
                case Line.End(long count) -> {
                    out.writeStartObject();
                    out.writeBooleanField("end", true);
                    out.writeNumberField("count", count);
                    out.writeEndObject();
                }
                case Line.Failed(Problem problem) -> {
                    out.writeStartObject();
                    out.writeFieldName("problem");
                    ProblemJson.write(out, problem);
                    out.writeEndObject();
                }
            }
            out.writeRaw('\n');
        });
    }

    /// @throws ProblemException `invalid-json` when it is no list page
    public static ListPage readPage(byte[] json) {
        return Json.read(json, in -> {
            List<ListItem> items = new ArrayList<>();
            @Nullable String next = null;
            Json.expect(in, JsonToken.START_OBJECT, "a page object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "items" -> {
                        Json.expect(in, JsonToken.START_ARRAY, "a list of items");
                        while (in.nextToken() != JsonToken.END_ARRAY) {
                            items.add(readItem(in));
                        }
                    }
                    case "next" -> next = in.getText();
                    default -> in.skipChildren();
                }
            }
            return new ListPage(items, next);
        });
    }

    /// @param field `count` or `deleted`
    /// @throws ProblemException `invalid-json` when there is no such number
    public static long readNumber(byte[] json, String field) {
        return Json.read(json, in -> {
            long found = -1;
            Json.expect(in, JsonToken.START_OBJECT, "an object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                if (name.equals(field)) {
                    found = in.getLongValue();
                } else {
                    in.skipChildren();
                }
            }
            if (found < 0) {
                throw Json.invalid(in, "no '" + field + "' in the answer");
            }
            return found;
        });
    }

    /// @throws ProblemException `invalid-json`
    public static Line readLine(byte[] json) {
        return Json.read(json, in -> {
            ItemFields fields = new ItemFields();
            fields.read(in);
            if (fields.problem != null) {
                return new Line.Failed(fields.problem);
            }
            return fields.end ? new Line.End(fields.count) : new Line.Item(fields.toItem(in));
        });
    }

    private static ListItem readItem(JsonParser in) throws IOException {
        ItemFields fields = new ItemFields();
        fields.read(in);
        return fields.toItem(in);
    }

    private static void writeItem(JsonGenerator out, ListItem item, boolean base64) throws IOException {
        out.writeStartObject();
        Json.writeBytes(out, "key", "key64", item.key(), base64);
        byte[] value = item.value();
        if (value != null) {
            Json.writeBytes(out, "value", "value64", value, base64);
        }
        out.writeStringField("revision", Long.toString(item.revision()));
        out.writeEndObject();
    }

    private static final class ItemFields {
        private byte @Nullable [] key;
        private byte @Nullable [] value;
        private long revision;
        private boolean end;
        private long count;
        private @Nullable Problem problem;

        void read(JsonParser in) throws IOException {
            Json.expect(in, JsonToken.START_OBJECT, "an item object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "key" -> key = Json.utf8(in, name);
                    case "key64" -> key = Json.base64(in, name);
                    case "value" -> value = Json.utf8(in, name);
                    case "value64" -> value = Json.base64(in, name);
                    case "revision" -> revision = Math.max(0, Decimal.parse(in.getText()));
                    case "end" -> end = in.getBooleanValue();
                    case "count" -> count = in.getLongValue();
                    case "problem" -> problem = ProblemJson.read(in);
                    default -> in.skipChildren();
                }
            }
        }

        ListItem toItem(JsonParser in) {
            if (key == null) {
                throw Json.invalid(in, "an item without key");
            }
            return new ListItem(key, value, revision);
        }
    }
}
