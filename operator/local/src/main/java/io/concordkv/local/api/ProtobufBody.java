package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Reads the few bodies that kubectl sends as protobuf whatever the server offers: small objects
/// made by `kubectl create`, evictions of `drain`, reviews of `auth`.
///
/// | bytes    | content                                                                     |
/// |----------|-----------------------------------------------------------------------------|
/// | 4        | `k8s` and a zero byte                                                       |
/// | the rest | message Unknown: 1 = typeMeta {1 = apiVersion, 2 = kind}, 2 = raw, 4 = type |
///
/// `raw` is the message of the kind; its field numbers are in [#MESSAGES]. A kind or field that is
/// not listed is refused, never dropped.
final class ProtobufBody {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private enum Form {
        TEXT,
        NUMBER,
        FLAG,
        MESSAGE,
        TEXTS,
        TEXT_MAP,
        BYTES_MAP,
        /// Sent even when empty; the server writes it itself.
        IGNORED
    }

    private record Field(int number, String name, Form form, String message) {}

    private static final Field METADATA = message(1, "metadata", "ObjectMeta");

    private static final Map<String, List<Field>> MESSAGES = Map.ofEntries(
            Map.entry(
                    "ObjectMeta",
                    List.of(
                            field(1, "name", Form.TEXT),
                            field(2, "generateName", Form.TEXT),
                            field(3, "namespace", Form.TEXT),
                            field(5, "uid", Form.TEXT),
                            field(6, "resourceVersion", Form.TEXT),
                            field(7, "generation", Form.IGNORED),
                            field(8, "creationTimestamp", Form.IGNORED),
                            field(11, "labels", Form.TEXT_MAP),
                            field(12, "annotations", Form.TEXT_MAP),
                            field(14, "finalizers", Form.TEXTS))),
            Map.entry("Namespace", List.of(METADATA, field(2, "spec", Form.IGNORED), field(3, "status", Form.IGNORED))),
            Map.entry(
                    "ConfigMap",
                    List.of(
                            METADATA,
                            field(2, "data", Form.TEXT_MAP),
                            field(3, "binaryData", Form.BYTES_MAP),
                            field(4, "immutable", Form.FLAG))),
            Map.entry(
                    "Secret",
                    List.of(
                            METADATA,
                            field(2, "data", Form.BYTES_MAP),
                            field(3, "type", Form.TEXT),
                            field(4, "stringData", Form.TEXT_MAP),
                            field(5, "immutable", Form.FLAG))),
            Map.entry("ServiceAccount", List.of(METADATA)),
            Map.entry("Eviction", List.of(METADATA, message(2, "deleteOptions", "DeleteOptions"))),
            Map.entry(
                    "DeleteOptions",
                    List.of(
                            field(1, "gracePeriodSeconds", Form.NUMBER),
                            message(2, "preconditions", "Preconditions"),
                            field(3, "orphanDependents", Form.FLAG),
                            field(4, "propagationPolicy", Form.TEXT),
                            field(5, "dryRun", Form.TEXTS))),
            Map.entry("Preconditions", List.of(field(1, "uid", Form.TEXT), field(2, "resourceVersion", Form.TEXT))),
            Map.entry("SelfSubjectReview", List.of(METADATA, field(2, "status", Form.IGNORED))),
            Map.entry(
                    "SelfSubjectAccessReview",
                    List.of(METADATA, message(2, "spec", "AccessSpec"), field(3, "status", Form.IGNORED))),
            Map.entry(
                    "AccessSpec",
                    List.of(
                            message(1, "resourceAttributes", "ResourceAttributes"),
                            message(2, "nonResourceAttributes", "NonResourceAttributes"))),
            Map.entry(
                    "ResourceAttributes",
                    List.of(
                            field(1, "namespace", Form.TEXT),
                            field(2, "verb", Form.TEXT),
                            field(3, "group", Form.TEXT),
                            field(4, "version", Form.TEXT),
                            field(5, "resource", Form.TEXT),
                            field(6, "subresource", Form.TEXT),
                            field(7, "name", Form.TEXT))),
            Map.entry("NonResourceAttributes", List.of(field(1, "path", Form.TEXT), field(2, "verb", Form.TEXT))),
            Map.entry(
                    "SelfSubjectRulesReview",
                    List.of(METADATA, message(2, "spec", "RulesSpec"), field(3, "status", Form.IGNORED))),
            Map.entry("RulesSpec", List.of(field(1, "namespace", Form.TEXT))),
            Map.entry(
                    "TokenRequest",
                    List.of(METADATA, message(2, "spec", "TokenSpec"), field(3, "status", Form.IGNORED))),
            Map.entry(
                    "TokenSpec",
                    List.of(field(1, "audiences", Form.TEXTS), field(4, "expirationSeconds", Form.NUMBER))));

    private ProtobufBody() {}

    private static Field field(int number, String name, Form form) {
        return new Field(number, name, form, "");
    }

    private static Field message(int number, String name, String message) {
        return new Field(number, name, Form.MESSAGE, message);
    }

    /// @throws StatusException 415 when the body holds something this reader does not know
    static ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw notUnderstood("it does not start with the Kubernetes prefix");
        }
        try {
            CodedInputStream envelope = CodedInputStream.newInstance(body, MAGIC.length, body.length - MAGIC.length);
            String apiVersion = "";
            String kind = "";
            byte[] raw = {};
            for (int tag = envelope.readTag(); tag != 0; tag = envelope.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> {
                        CodedInputStream type = CodedInputStream.newInstance(envelope.readByteArray());
                        for (int t = type.readTag(); t != 0; t = type.readTag()) {
                            switch (WireFormat.getTagFieldNumber(t)) {
                                case 1 -> apiVersion = type.readString();
                                case 2 -> kind = type.readString();
                                default -> type.skipField(t);
                            }
                        }
                    }
                    case 2 -> raw = envelope.readByteArray();
                    default -> envelope.skipField(tag);
                }
            }
            ObjectNode object = message(kind, raw);
            return object.put("apiVersion", apiVersion).put("kind", kind);
        } catch (IOException e) {
            throw notUnderstood(String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode message(String name, byte[] bytes) throws IOException {
        List<Field> fields = MESSAGES.get(name);
        if (fields == null) {
            throw notUnderstood("kind " + name);
        }
        ObjectNode object = Trees.object();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            Field field = fields.stream()
                    .filter(known -> known.number() == number)
                    .findFirst()
                    .orElse(null);
            if (field == null) {
                // Absent texts are sent as empty ones.
                if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED
                        || in.readByteArray().length > 0) {
                    throw notUnderstood("field " + number + " of " + name);
                }
                continue;
            }
            value(object, field, tag, in);
        }
        return object;
    }

    private static void value(ObjectNode object, Field field, int tag, CodedInputStream in) throws IOException {
        switch (field.form()) {
            case TEXT -> {
                String text = in.readString();
                if (!text.isEmpty()) {
                    object.put(field.name(), text);
                }
            }
            case NUMBER -> object.set(field.name(), Trees.number(in.readInt64()));
            case FLAG -> object.put(field.name(), in.readBool());
            case MESSAGE -> object.set(field.name(), message(field.message(), in.readByteArray()));
            case TEXTS -> Trees.ensureArray(object, field.name()).add(in.readString());
            case TEXT_MAP, BYTES_MAP -> entry(object.withObject("/" + field.name()), field.form(), in.readByteArray());
            case IGNORED -> in.skipField(tag);
        }
    }

    private static void entry(ObjectNode map, Form form, byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String key = "";
        byte[] value = {};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> key = in.readString();
                case 2 -> value = in.readByteArray();
                default -> in.skipField(tag);
            }
        }
        map.put(
                key,
                form == Form.BYTES_MAP
                        ? Base64.getEncoder().encodeToString(value)
                        : new String(value, java.nio.charset.StandardCharsets.UTF_8));
    }

    private static StatusException notUnderstood(String what) {
        return StatusException.unsupportedMediaType(
                "application/vnd.kubernetes.protobuf, " + what,
                "application/json, application/yaml; use kubectl apply -f with the output of the same command with"
                        + " --dry-run=client -o yaml");
    }
}
