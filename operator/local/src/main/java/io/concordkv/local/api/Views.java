package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.Column;
import io.concordkv.local.type.ResourceType;
import java.util.List;

/// In which form a client wants objects, by its `Accept` header: whole, metadata only, or as rows
/// of a table whose columns the server chooses.
final class Views {
    private static final String META = "meta.k8s.io/v1";

    private enum Form {
        WHOLE,
        METADATA,
        TABLE
    }

    private final Form form;
    private final ResourceType type;
    private final String include;
    private boolean columnsSent;

    private Views(Form form, ResourceType type, String include) {
        this.form = form;
        this.type = type;
        this.include = include;
    }

    static Views of(ApiRequest request, ResourceType type) {
        for (String accepted : request.header("Accept").split(",")) {
            String wanted = accepted.replace(" ", "");
            if (!wanted.startsWith("application/json") && !wanted.startsWith("*/*")) {
                continue;
            }
            if (wanted.contains("v=v1beta1")) {
                continue;
            }
            if (wanted.contains("as=Table")) {
                return new Views(Form.TABLE, type, request.parameter("includeObject"));
            }
            if (wanted.contains("as=PartialObjectMetadata")) {
                return new Views(Form.METADATA, type, "");
            }
            if (!wanted.contains("as=")) {
                break;
            }
        }
        return new Views(Form.WHOLE, type, "");
    }

    JsonNode object(ObjectNode object) {
        return switch (form) {
            case WHOLE -> object;
            case METADATA -> metadata(object);
            case TABLE -> table(List.of(object), metadataOfList(object));
        };
    }

    /// An object inside a watch event; only the first table of a watch names the columns.
    JsonNode event(ObjectNode object) {
        JsonNode shown = object(object);
        if (form == Form.TABLE && shown instanceof ObjectNode table) {
            if (columnsSent) {
                table.putNull("columnDefinitions");
            }
            columnsSent = true;
        }
        return shown;
    }

    JsonNode list(ObjectNode list) {
        return switch (form) {
            case WHOLE -> list;
            case METADATA -> {
                ObjectNode result = Trees.object();
                result.put("kind", "PartialObjectMetadataList").put("apiVersion", META);
                result.set("metadata", list.path("metadata"));
                ArrayNode items = result.putArray("items");
                Trees.objects(list.path("items")).forEach(item -> items.add(metadata(item)));
                yield result;
            }
            case TABLE -> table(Trees.objects(list.path("items")), list.path("metadata"));
        };
    }

    private static ObjectNode metadata(ObjectNode object) {
        ObjectNode partial = Trees.object();
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", META);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    private static ObjectNode metadataOfList(ObjectNode object) {
        ObjectNode metadata = Trees.object();
        metadata.set("resourceVersion", Trees.at(object, "metadata", "resourceVersion"));
        return metadata;
    }

    private ObjectNode table(List<ObjectNode> objects, JsonNode metadata) {
        ObjectNode table = Trees.object();
        table.put("kind", "Table").put("apiVersion", META);
        table.set("metadata", metadata);
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (Column column : type.columns()) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", column.format())
                    .put("description", column.description())
                    .put("priority", column.priority());
        }
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            type.columns().forEach(column -> cells.add(column.cell().apply(object)));
            switch (include) {
                case "None" -> {
                    // the row alone
                }
                case "Object" -> row.set("object", object);
                default -> row.set("object", metadata(object));
            }
        }
        return table;
    }
}
