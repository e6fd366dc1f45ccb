package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers of `:batch` and `:txn`.
///
/// ```
/// put     {"status":200,"revision":"7","created":true}
/// get     {"status":200,"value":"1","revision":"7"}   or   {"status":404}
/// delete  {"status":200,"deleted":true,"revision":"8"}   or   {"status":200,"deleted":false}
/// failed  {"status":414,"problem":{…}}
/// ```
public final class ResultsJson {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private ResultsJson() {}

    public static byte[] batch(List<OperationResult> results) {
        return Json.write(64 * results.size() + 64, out -> {
            out.writeStartObject();
            writeResults(out, results);
            out.writeEndObject();
        });
    }

    public static byte[] transaction(TransactionResult result) {
        return Json.write(64 * result.results().size() + 64, out -> {
            out.writeStartObject();
            out.writeBooleanField("succeeded", result.succeeded());
            revision(out, result.revision());
            writeResults(out, result.results());
            out.writeEndObject();
        });
    }

    /// @throws ProblemException `invalid-json` when it is no answer of a batch
    public static List<OperationResult> readBatch(byte[] json) {
        return Json.read(json, in -> {
            List<OperationResult> found = List.of();
            Json.expect(in, JsonToken.START_OBJECT, "an answer object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                if (name.equals("results")) {
                    found = readResults(in);
                } else {
                    in.skipChildren();
                }
            }
            return found;
        });
    }

    /// @throws ProblemException `invalid-json` when it is no answer of a transaction
    public static TransactionResult readTransaction(byte[] json) {
        return Json.read(json, in -> {
            List<OperationResult> found = List.of();
            boolean succeeded = false;
            long revision = 0;
            Json.expect(in, JsonToken.START_OBJECT, "an answer object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "results" -> found = readResults(in);
                    case "succeeded" -> succeeded = in.getValueAsBoolean();
                    case "revision" -> revision = Math.max(0, Decimal.parse(in.getText()));
                    default -> in.skipChildren();
                }
            }
            return new TransactionResult(succeeded, revision, found);
        });
    }

    private static void writeResults(JsonGenerator out, List<OperationResult> results) throws IOException {
        out.writeArrayFieldStart("results");
        for (OperationResult result : results) {
            out.writeStartObject();
            writeResult(out, result);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeResult(JsonGenerator out, OperationResult result) throws IOException {
        switch (result) {
            case OperationResult.Stored(long revision, boolean created) -> {
                status(out, OK);
                revision(out, revision);
                out.writeBooleanField("created", created);
            }
            case OperationResult.Found(byte[] value, long revision) -> {
                status(out, OK);
                Json.writeBytes(out, "value", "value64", value, false);
                revision(out, revision);
            }
            case OperationResult.Absent() -> status(out, NOT_FOUND);
            case OperationResult.Deleted deleted -> {
                status(out, OK);
                out.writeBooleanField("deleted", deleted.wasPresent());
                revision(out, deleted.revision());
            }
            case OperationResult.Failed(Problem problem) -> {
                status(out, problem.status());
                out.writeFieldName("problem");
                ProblemJson.write(out, problem);
            }
        }
    }

    private static void status(JsonGenerator out, int status) throws IOException {
        out.writeNumberField("status", status);
    }

    private static void revision(JsonGenerator out, long revision) throws IOException {
        if (revision != 0) {
            out.writeStringField("revision", Long.toString(revision));
        }
    }

    private static List<OperationResult> readResults(JsonParser in) throws IOException {
        Json.expect(in, JsonToken.START_ARRAY, "a list of results");
        List<OperationResult> found = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            found.add(readResult(in));
        }
        return found;
    }

    private static OperationResult readResult(JsonParser in) throws IOException {
        int status = 0;
        long revision = 0;
        boolean created = false;
        byte @Nullable [] value = null;
        @Nullable Boolean deleted = null;
        @Nullable Problem problem = null;
        Json.expect(in, JsonToken.START_OBJECT, "a result object");
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            switch (name) {
                case "status" -> status = in.getIntValue();
                case "revision" -> revision = Math.max(0, Decimal.parse(in.getText()));
                case "created" -> created = in.getBooleanValue();
                case "deleted" -> deleted = in.getBooleanValue();
                case "value" -> value = Json.utf8(in, name);
                case "value64" -> value = Json.base64(in, name);
                case "problem" -> problem = ProblemJson.read(in);
                default -> in.skipChildren();
            }
        }
        if (problem != null) {
            return new OperationResult.Failed(problem);
        }
        if (deleted != null) {
            return new OperationResult.Deleted(deleted ? revision : 0);
        }
        if (value != null) {
            return new OperationResult.Found(value, revision);
        }
        return status == NOT_FOUND ? new OperationResult.Absent() : new OperationResult.Stored(revision, created);
    }
}
