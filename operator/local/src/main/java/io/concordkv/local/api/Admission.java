package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.builtin.BuiltinDefaults;
import io.concordkv.local.builtin.BuiltinRules;
import io.concordkv.local.builtin.Names;
import io.concordkv.local.custom.DefinitionRules;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.schema.Defaults;
import io.concordkv.local.schema.UnknownFields;
import io.concordkv.local.schema.Validator;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.type.ResourceType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to an object between the request and the store: unknown fields, defaults, values
/// the server gives out, and the rules it must meet.
final class Admission {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final ObjectStore store;
    private final ServerValues values;
    private final Clock clock;

    Admission(ObjectStore store, Clock clock, String servicePrefix) {
        this.store = store;
        this.values = new ServerValues(store, servicePrefix);
        this.clock = clock;
    }

    /// Drops, warns of or refuses fields that the type does not have.
    void shape(ResourceType type, ObjectNode object, WriteOptions options) {
        List<String> unknown = UnknownFields.prune(type.schema(), object);
        switch (options.unknownFields()) {
            case IGNORE -> {
                // dropped silently
            }
            case WARN -> unknown.forEach(field -> options.warnings().add("unknown field \"" + field + "\""));
            case STRICT -> {
                if (!unknown.isEmpty()) {
                    List<String> errors = unknown.stream()
                            .map(field -> "unknown field \"" + field + "\"")
                            .toList();
                    throw unreadable(type, "strict decoding error: " + String.join(", ", errors));
                }
            }
        }
        if (!type.custom()) {
            List<Cause> wrong = Validator.validate(type.schema(), object);
            if (!wrong.isEmpty()) {
                throw unreadable(type, wrong.getFirst().toString());
            }
        }
    }

    private static StatusException unreadable(ResourceType type, String why) {
        return StatusException.badRequest(type.kind() + " in version \"" + type.version() + "\" cannot be handled as a "
                + type.kind() + ": " + why);
    }

    /// Fills in what was left out.
    ///
    /// @param current the object that is replaced, null when it is created
    void complete(Target target, ObjectNode object, @Nullable ObjectNode current) {
        ResourceType type = target.type();
        if (type.custom()) {
            Defaults.apply(type.schema(), object);
        }
        BuiltinDefaults.apply(type, object);
        values.fill(type, object, current);
        if (Definitions.isDefinition(type)) {
            DefinitionRules.accept(object, Meta.time(clock.instant()));
        }
    }

    /// @throws StatusException 422 naming every field that is refused
    void validate(Target target, ObjectNode object, @Nullable ObjectNode current) {
        ResourceType type = target.type();
        List<Cause> causes = new ArrayList<>(Names.check(type, object));
        if (type.custom()) {
            causes.addAll(CustomFindings.of(type, object, current));
        } else if (target.subresource().isEmpty()) {
            causes.addAll(BuiltinRules.check(type, object, current));
        }
        if (Definitions.isDefinition(type)) {
            causes.addAll(DefinitionRules.check(object));
        }
        if (!causes.isEmpty()) {
            throw StatusException.invalid(target.subject(), causes);
        }
    }

    /// Nodes register themselves with their status.
    boolean mayCreateWithStatus(ResourceType type) {
        return type.is("", "nodes");
    }

    /// @throws StatusException 404 or 403 when the namespace cannot take new objects
    void requireNamespace(Target target) {
        if (!target.type().namespaced()) {
            return;
        }
        ObjectNode namespace = store.get(new ObjectKey(NAMESPACES, "", target.namespace()));
        if (namespace == null) {
            throw StatusException.notFound(
                    new StatusException.Subject("", "namespaces", "Namespace", target.namespace()));
        }
        if (Meta.isDeleting(namespace)) {
            throw StatusException.forbidden(
                    target.subject(),
                    "unable to create new content in namespace " + target.namespace()
                            + " because it is being terminated");
        }
    }
}
