package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the bodies of `:batch` and `:txn` in one pass and stops at the first limit passed: number of
/// operations, then bytes of decoded keys and values.
public final class OperationsReader {
    private final Limits limits;
    /// A batch answers an over-long key or value at its place; a transaction is refused whole.
    private final boolean refusalsInPlace;

    private int operations;
    private long bytes;

    private OperationsReader(Limits limits, boolean refusalsInPlace) {
        this.limits = limits;
        this.refusalsInPlace = refusalsInPlace;
    }

    /// `{"operations":[{"put":{"key":"a","value":"1","ttl":"30s"}},{"get":{"key":"b"}},…]}`
    ///
    /// @throws ProblemException `invalid-json`, `invalid-argument`, `too-many-operations`,
    ///     `batch-too-large`
    public static List<KvOperation> batch(byte[] json, Limits limits) {
        return Json.read(json, in -> new OperationsReader(limits, true).readBatch(in));
    }

    /// `{"if":[…],"then":[…],"else":[…]}`; all three may be absent.
    ///
    /// @throws ProblemException as [#batch], also `key-too-large`, `value-too-large`
    public static TransactionBody transaction(byte[] json, Limits limits) {
        return Json.read(json, in -> new OperationsReader(limits, false).readTransaction(in));
    }

    private List<KvOperation> readBatch(JsonParser in) throws IOException {
        List<KvOperation> found = null;
        var fields = new ObjectFields(in, "a batch object");
        for (String name = fields.next(); name != null; name = fields.next()) {
            if (!name.equals("operations")) {
                throw fields.unknown("operations");
            }
            found = readOperations(in, name);
        }
        if (found == null) {
            throw Json.argument(in, "the batch has no 'operations'");
        }
        return found;
    }

    private TransactionBody readTransaction(JsonParser in) throws IOException {
        List<Condition> conditions = List.of();
        List<KvOperation> then = List.of();
        List<KvOperation> otherwise = List.of();
        var fields = new ObjectFields(in, "a transaction object");
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "if" -> conditions = readConditions(in);
                case "then" -> then = readOperations(in, name);
                case "else" -> otherwise = readOperations(in, name);
                default -> throw fields.unknown("if, then, else");
            }
        }
        return new TransactionBody(conditions, then, otherwise);
    }

    private List<KvOperation> readOperations(JsonParser in, String name) throws IOException {
        startArray(in, name);
        List<KvOperation> found = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            countOne();
            found.add(readOperation(in));
        }
        return found;
    }

    private KvOperation readOperation(JsonParser in) throws IOException {
        KvOperation found = null;
        var fields = new ObjectFields(in, "an operation object");
        for (String name = fields.next(); name != null; name = fields.next()) {
            if (found != null) {
                throw Json.argument(in, "an operation holds exactly one of put, get, delete");
            }
            found = switch (name) {
                case "put" -> readPut(in);
                case "get", "delete" -> readKeyOnly(in, name);
                default -> throw fields.unknown("put, get, delete");
            };
        }
        if (found == null) {
            throw Json.argument(in, "an operation holds exactly one of put, get, delete");
        }
        return found;
    }

    private KvOperation readPut(JsonParser in) throws IOException {
        byte[] key = null;
        byte[] value = null;
        long ttlMillis = 0;
        var fields = new ObjectFields(in, "a put object");
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "key", "key64" -> key = readBytes(in, name, "key64", key);
                case "value", "value64" -> value = readBytes(in, name, "value64", value);
                case "ttl" ->
                    ttlMillis =
                            Durations.parseMillis("ttl", text(in, name), Limits.TTL_MILLIS_MIN, Limits.TTL_MILLIS_MAX);
                default -> throw fields.unknown("key or key64, value or value64, ttl");
            }
        }
        if (key == null || value == null) {
            throw Json.argument(in, "a put wants key or key64, and value or value64");
        }
        Problem problem = limits.keyProblem(key.length);
        problem = problem == null ? limits.valueProblem(value.length) : problem;
        return problem == null ? new KvOperation.Put(key, value, ttlMillis) : refuse(problem);
    }

    private KvOperation readKeyOnly(JsonParser in, String kind) throws IOException {
        byte[] key = null;
        var fields = new ObjectFields(in, "an object with a key");
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "key", "key64" -> key = readBytes(in, name, "key64", key);
                default -> throw fields.unknown("key or key64");
            }
        }
        if (key == null) {
            throw Json.argument(in, "a " + kind + " wants key or key64");
        }
        Problem problem = limits.keyProblem(key.length);
        if (problem != null) {
            return refuse(problem);
        }
        return kind.equals("get") ? new KvOperation.Get(key) : new KvOperation.Delete(key);
    }

    private List<Condition> readConditions(JsonParser in) throws IOException {
        startArray(in, "if");
        List<Condition> found = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            countOne();
            found.add(readCondition(in));
        }
        return found;
    }

    private Condition readCondition(JsonParser in) throws IOException {
        byte[] key = null;
        byte[] value = null;
        long revision = -1;
        Boolean exists = null;
        int tests = 0;
        var fields = new ObjectFields(in, "a condition object");
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "key", "key64" -> key = readBytes(in, name, "key64", key);
                case "value", "value64" -> {
                    value = readBytes(in, name, "value64", value);
                    tests++;
                }
                case "revision" -> {
                    revision = Decimal.parse(text(in, name));
                    tests++;
                    if (revision < 0) {
                        throw Json.argument(in, "'revision' must be a decimal string");
                    }
                }
                case "exists" -> {
                    exists = bool(in, name);
                    tests++;
                }
                default -> throw fields.unknown("key or key64, and one of revision, exists, value, value64");
            }
        }
        if (key == null || tests != 1) {
            throw Json.argument(in, "a condition wants a key and exactly one of revision, exists, value");
        }
        limits.checkKey(key);
        if (value != null) {
            Problem problem = limits.valueProblem(value.length);
            if (problem != null) {
                throw problem.asException();
            }
            return new Condition.HasValue(key, value);
        }
        return exists != null ? new Condition.Exists(key, exists) : new Condition.HasRevision(key, revision);
    }

    private KvOperation refuse(Problem problem) {
        if (!refusalsInPlace) {
            throw problem.asException();
        }
        return new KvOperation.Refused(problem);
    }

    private void countOne() {
        operations++;
        if (operations > limits.batchOperationsMax()) {
            throw Problem.overLimit(
                            ProblemCode.TOO_MANY_OPERATIONS,
                            "operations of one request",
                            limits.batchOperationsMax(),
                            operations)
                    .asException();
        }
    }

    private byte[] readBytes(JsonParser in, String name, String name64, byte @Nullable [] earlier) throws IOException {
        if (earlier != null) {
            throw Json.argument(in, "'" + name + "' is given as text and as base64, want one of them");
        }
        byte[] found = name.equals(name64) ? Json.base64(in, name) : Json.utf8(in, name);
        bytes += found.length;
        if (bytes > limits.batchBytesMax()) {
            throw Problem.overLimit(
                            ProblemCode.BATCH_TOO_LARGE,
                            "decoded bytes of keys and values in one request",
                            limits.batchBytesMax(),
                            bytes)
                    .asException();
        }
        return found;
    }

    private static String text(JsonParser in, String name) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw Json.argument(in, "'" + name + "' must be a string");
        }
        return in.getText();
    }

    private static boolean bool(JsonParser in, String name) {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw Json.argument(in, "'" + name + "' must be true or false");
        };
    }

    private static void startArray(JsonParser in, String name) {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw Json.argument(in, "'" + name + "' must be a list");
        }
    }
}
