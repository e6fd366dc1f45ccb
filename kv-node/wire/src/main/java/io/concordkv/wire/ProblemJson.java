package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Problems as JSON. The reader ignores fields it does not know, so that old clients understand new
/// nodes; a code it does not know becomes [ProblemCode#INTERNAL] with the code kept in the detail.
public final class ProblemJson {
    private ProblemJson() {}

    public static byte[] encode(Problem problem) {
        return Json.write(512, out -> write(out, problem));
    }

    static void write(JsonGenerator out, Problem problem) throws IOException {
        ProblemCode code = problem.code();
        out.writeStartObject();
        out.writeStringField("type", code.urn());
        out.writeStringField("title", code.title());
        out.writeNumberField("status", code.status());
        out.writeStringField("detail", problem.detail());
        out.writeStringField("code", code.text());
        out.writeBooleanField("retryable", problem.retryable());
        out.writeStringField("executed", problem.executed().text());
        for (Map.Entry<ProblemField, Object> field : problem.fields().entrySet()) {
            writeField(out, field.getKey().text(), field.getValue());
        }
        out.writeEndObject();
    }

    private static void writeField(JsonGenerator out, String name, Object value) throws IOException {
        out.writeFieldName(name);
        if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object each : list) {
                out.writeString(String.valueOf(each));
            }
            out.writeEndArray();
        } else {
            out.writeString(String.valueOf(value));
        }
    }

    /// @throws ProblemException `invalid-json` when it is no problem document
    public static Problem decode(byte[] json) {
        return Json.read(json, ProblemJson::read);
    }

    /// The parser stands on the opening brace; afterwards on the closing one.
    static Problem read(JsonParser in) throws IOException {
        String codeText = "";
        String detail = "";
        @Nullable Boolean retryable = null;
        @Nullable Executed executed = null;
        List<Map.Entry<ProblemField, Object>> fields = new ArrayList<>();
        Json.expect(in, JsonToken.START_OBJECT, "a problem object");
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken token = in.nextToken();
            switch (name) {
                case "code" -> codeText = in.getValueAsString("");
                case "detail" -> detail = in.getValueAsString("");
                case "retryable" -> retryable = in.getValueAsBoolean();
                case "executed" -> executed = "no".equals(in.getText()) ? Executed.NO : Executed.UNKNOWN;
                default -> {
                    ProblemField field = fieldNamed(name);
                    if (field == null) {
                        in.skipChildren();
                    } else {
                        fields.add(Map.entry(field, value(in, token)));
                    }
                }
            }
        }
        ProblemCode code = ProblemCode.find(codeText).orElse(ProblemCode.INTERNAL);
        String explained = code.text().equals(codeText) ? detail : "(" + codeText + ") " + detail;
        Problem problem = Problem.of(code, explained);
        if (retryable != null) {
            problem = problem.retryable(retryable);
        }
        if (executed != null) {
            problem = problem.executed(executed);
        }
        for (Map.Entry<ProblemField, Object> field : fields) {
            problem = withField(problem, field.getKey(), field.getValue());
        }
        return problem;
    }

    private static Problem withField(Problem problem, ProblemField field, Object value) {
        if (value instanceof Long number) {
            return problem.with(field, number);
        }
        if (value instanceof List<?> list) {
            return problem.with(field, list.stream().map(String::valueOf).toList());
        }
        return problem.with(field, String.valueOf(value));
    }

    private static Object value(JsonParser in, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return in.getLongValue();
        }
        if (token == JsonToken.START_ARRAY) {
            List<String> texts = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                texts.add(in.getValueAsString(""));
            }
            return texts;
        }
        if (token == JsonToken.START_OBJECT) {
            in.skipChildren();
            return "";
        }
        return in.getValueAsString("");
    }

    private static @Nullable ProblemField fieldNamed(String name) {
        for (ProblemField field : ProblemField.values()) {
            if (field.text().equals(name)) {
                return field;
            }
        }
        return null;
    }
}
