package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/// Writes what [OperationsReader] reads: the client's side of `:batch` and `:txn`.
public final class OperationsJson {
    private OperationsJson() {}

    public static byte[] batch(List<KvOperation> operations) {
        return Json.write(64 * operations.size() + 64, out -> {
            out.writeStartObject();
            writeOperations(out, "operations", operations);
            out.writeEndObject();
        });
    }

    public static byte[] transaction(TransactionBody body) {
        return Json.write(256, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("if");
            for (Condition condition : body.conditions()) {
                writeCondition(out, condition);
            }
            out.writeEndArray();
            writeOperations(out, "then", body.then());
            writeOperations(out, "else", body.otherwise());
            out.writeEndObject();
        });
    }

    private static void writeOperations(JsonGenerator out, String name, List<KvOperation> operations)
            throws IOException {
        out.writeArrayFieldStart(name);
        for (KvOperation operation : operations) {
            out.writeStartObject();
            switch (operation) {
                case KvOperation.Put(byte[] key, byte[] value, long ttlMillis) -> {
                    out.writeObjectFieldStart("put");
                    key(out, key);
                    Json.writeBytes(out, "value", "value64", value, false);
                    if (ttlMillis != 0) {
                        out.writeStringField("ttl", Durations.format(ttlMillis));
                    }
                }
                case KvOperation.Get(byte[] key) -> {
                    out.writeObjectFieldStart("get");
                    key(out, key);
                }
                case KvOperation.Delete(byte[] key) -> {
                    out.writeObjectFieldStart("delete");
                    key(out, key);
                }
                case KvOperation.Refused(Problem problem) -> throw problem.asException();
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeCondition(JsonGenerator out, Condition condition) throws IOException {
        out.writeStartObject();
        key(out, condition.key());
        switch (condition) {
            case Condition.HasRevision(byte[] _, long revision) ->
                out.writeStringField("revision", Long.toString(revision));
            case Condition.Exists(byte[] _, boolean expected) -> out.writeBooleanField("exists", expected);
            case Condition.HasValue(byte[] _, byte[] value) -> Json.writeBytes(out, "value", "value64", value, false);
        }
        out.writeEndObject();
    }

    private static void key(JsonGenerator out, byte[] key) throws IOException {
        Json.writeBytes(out, "key", "key64", key, false);
    }
}
