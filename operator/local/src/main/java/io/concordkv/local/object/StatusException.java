package io.concordkv.local.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A refusal as Kubernetes words it: an HTTP code and a `Status` object with reason and details.
/// Nothing was changed when one is thrown.
public final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient ObjectNode status;

    /// One field that was refused.
    ///
    /// @param reason  for example `FieldValueInvalid`
    /// @param message for example `Invalid value: 3: must be odd`
    /// @param field   path such as `spec.nodes`
    public record Cause(String reason, String message, String field) {
        /// The value has another type than the field.
        public static final String TYPE_INVALID = "FieldValueTypeInvalid";

        public static Cause invalid(String field, String value, String detail) {
            return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + detail, field);
        }

        public static Cause required(String field, String detail) {
            return new Cause("FieldValueRequired", "Required value" + (detail.isEmpty() ? "" : ": " + detail), field);
        }

        public static Cause forbidden(String field, String detail) {
            return new Cause("FieldValueForbidden", "Forbidden: " + detail, field);
        }

        @Override
        public String toString() {
            return field + ": " + message;
        }
    }

    /// The type and name a refusal is about, as `details` shows them.
    public record Subject(String group, String resource, String kind, String name) {
        String qualified() {
            return group.isEmpty() ? resource : resource + "." + group;
        }

        String qualifiedKind() {
            return group.isEmpty() ? kind : kind + "." + group;
        }
    }

    public StatusException(int code, String reason, String message, @Nullable Subject subject, List<Cause> causes) {
        super(message);
        this.code = code;
        this.status = status("Failure", code);
        status.put("reason", reason).put("message", message);
        if (subject != null || !causes.isEmpty()) {
            ObjectNode details = status.putObject("details");
            if (subject != null) {
                putUnlessEmpty(details, "name", subject.name());
                putUnlessEmpty(details, "group", subject.group());
                // The real server names the kind in Invalid and the resource in all other answers.
                details.put("kind", reason.equals("Invalid") ? subject.kind() : subject.resource());
            }
            if (!causes.isEmpty()) {
                ArrayNode list = details.putArray("causes");
                causes.forEach(cause -> list.addObject()
                        .put("reason", cause.reason())
                        .put("message", cause.message())
                        .put("field", cause.field()));
            }
        }
    }

    public static ObjectNode status(String outcome, int code) {
        ObjectNode status = Trees.object();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        return status.put("status", outcome).put("code", code);
    }

    private static void putUnlessEmpty(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }

    public int code() {
        return code;
    }

    public ObjectNode status() {
        return status.deepCopy();
    }

    public static StatusException badRequest(String message) {
        return new StatusException(400, "BadRequest", message, null, List.of());
    }

    public static StatusException unauthorized() {
        return new StatusException(401, "Unauthorized", "Unauthorized", null, List.of());
    }

    public static StatusException forbidden(Subject subject, String why) {
        String message = subject.qualified() + " \"" + subject.name() + "\" is forbidden: " + why;
        return new StatusException(403, "Forbidden", message, subject, List.of());
    }

    public static StatusException unknownPath() {
        return new StatusException(
                404, "NotFound", "the server could not find the requested resource", null, List.of());
    }

    public static StatusException notFound(Subject subject) {
        String message = subject.qualified() + " \"" + subject.name() + "\" not found";
        return new StatusException(404, "NotFound", message, subject, List.of());
    }

    public static StatusException methodNotAllowed(String method) {
        String message = "the server does not allow this method on the requested resource: " + method;
        return new StatusException(405, "MethodNotAllowed", message, null, List.of());
    }

    public static StatusException alreadyExists(Subject subject) {
        String message = subject.qualified() + " \"" + subject.name() + "\" already exists";
        return new StatusException(409, "AlreadyExists", message, subject, List.of());
    }

    public static StatusException conflict(Subject subject, String why) {
        String message =
                "Operation cannot be fulfilled on " + subject.qualified() + " \"" + subject.name() + "\": " + why;
        return new StatusException(409, "Conflict", message, subject, List.of());
    }

    public static StatusException modified(Subject subject) {
        return conflict(
                subject, "the object has been modified; please apply your changes to the latest version and try again");
    }

    /// The requested resourceVersion is older than the event log: list again.
    public static StatusException expired(String why) {
        return new StatusException(410, "Expired", why, null, List.of());
    }

    public static StatusException unsupportedMediaType(String contentType, String allowed) {
        String message = "the body of the request was in an unknown format (" + contentType
                + ") - accepted media types include: " + allowed;
        return new StatusException(415, "UnsupportedMediaType", message, null, List.of());
    }

    public static StatusException invalid(Subject subject, List<Cause> causes) {
        String list = causes.size() == 1
                ? causes.getFirst().toString()
                : causes.stream().map(Cause::toString).toList().toString().replaceAll("^\\[|]$", "");
        String message = subject.qualifiedKind() + " \"" + subject.name() + "\" is invalid: "
                + (causes.size() == 1 ? list : "[" + list + "]");
        return new StatusException(422, "Invalid", message, subject, causes);
    }

    public static StatusException tooManyRequests(String message, List<Cause> causes) {
        return new StatusException(429, "TooManyRequests", message, null, causes);
    }

    /// An apply whose body has a value of the wrong type: the real server fails before it validates.
    public static StatusException untyped(Subject subject, String version, String namespace, Cause cause) {
        String message = "failed to create typed patch object (" + namespace + "/" + subject.name() + "; "
                + subject.group() + "/" + version + ", Kind=" + subject.kind() + "): ." + cause.field() + ": "
                + cause.message();
        return new StatusException(500, "", message, null, List.of());
    }

    public static StatusException internal(String message) {
        return new StatusException(500, "InternalError", "Internal error occurred: " + message, null, List.of());
    }
}
