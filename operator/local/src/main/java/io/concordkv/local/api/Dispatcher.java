package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.ResourceType;
import io.concordkv.local.type.TypeRegistry;
import java.util.List;

/// Finds out what a request wants and has it done. Runs on a virtual thread and may block.
final class Dispatcher {
    private final TypeRegistry types;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final Deletion deletion;
    private final Subresources subresources;

    Dispatcher(
            TypeRegistry types,
            Discovery discovery,
            OpenApi openApi,
            ObjectReader reader,
            ObjectWriter writer,
            Deletion deletion,
            Subresources subresources) {
        this.types = types;
        this.discovery = discovery;
        this.openApi = openApi;
        this.reader = reader;
        this.writer = writer;
        this.deletion = deletion;
        this.subresources = subresources;
    }

    ApiResponse handle(ApiRequest request) {
        ApiResponse known = discovery.answer(request);
        known = known == null ? openApi.answer(request) : known;
        if (known != null) {
            return known;
        }
        ResourcePath path = ResourcePath.parse(request.path());
        if (path == null) {
            throw StatusException.unknownPath();
        }
        ApiResponse review = subresources.review(path, request);
        if (review != null) {
            return review;
        }
        Target target = target(path);
        if (!path.subresource().isEmpty() && !path.subresource().equals("status")) {
            return subresources.handle(target, request);
        }
        if (path.subresource().equals("status") && !target.type().hasStatus()) {
            throw StatusException.unknownPath();
        }
        return target.name().isEmpty() ? collection(target, request) : object(target, request);
    }

    /// @throws StatusException 404 when there is no such type
    Target target(ResourcePath path) {
        ResourceType type = types.find(path.group(), path.version(), path.resource());
        if (type == null || (!type.namespaced() && !path.namespace().isEmpty())) {
            throw StatusException.unknownPath();
        }
        return new Target(type, path.namespace(), path.name(), path.subresource());
    }

    private ApiResponse collection(Target target, ApiRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" ->
                ApiResponse.json(200, Views.of(request, target.type()).list(reader.list(target, request)));
            case "POST" -> {
                WriteOptions options = WriteOptions.of(request);
                if (target.type().namespaced() && target.namespace().isEmpty()) {
                    throw StatusException.badRequest("the namespace of the object to create is not named");
                }
                ObjectNode created = writer.create(target, request.object(), options);
                yield written(201, target, request, created, options);
            }
            case "DELETE" -> deleteCollection(target, request);
            default -> throw StatusException.methodNotAllowed(request.method());
        };
    }

    private ApiResponse object(Target target, ApiRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" ->
                ApiResponse.json(200, Views.of(request, target.type()).object(reader.get(target)));
            case "PUT" -> {
                WriteOptions options = WriteOptions.of(request);
                yield written(200, target, request, writer.update(target, request.object(), options), options);
            }
            case "PATCH" -> {
                WriteOptions options = WriteOptions.of(request);
                ObjectWriter.Written written = writer.patch(target, request.contentType(), request, options);
                yield written(written.created() ? 201 : 200, target, request, written.object(), options);
            }
            case "DELETE" -> delete(target, request);
            default -> throw StatusException.methodNotAllowed(request.method());
        };
    }

    private static ApiResponse written(
            int code, Target target, ApiRequest request, ObjectNode object, WriteOptions options) {
        ObjectNode shown = ObjectReader.present(target.type(), object);
        return ApiResponse.json(code, Views.of(request, target.type()).object(shown), options.warnings());
    }

    private ApiResponse delete(Target target, ApiRequest request) {
        Deletion.Outcome outcome = deletion.delete(target, Deletion.Options.of(request));
        if (!outcome.gone()) {
            return ApiResponse.json(200, ObjectReader.present(target.type(), outcome.object()));
        }
        ObjectNode status = StatusException.status("Success", 200);
        status.remove("code");
        ObjectNode details = status.putObject("details");
        details.put("name", target.name());
        if (!target.type().group().isEmpty()) {
            details.put("group", target.type().group());
        }
        details.put("kind", target.type().resource()).put("uid", Meta.uid(outcome.object()));
        return ApiResponse.json(200, status);
    }

    private ApiResponse deleteCollection(Target target, ApiRequest request) {
        Deletion.Options options = Deletion.Options.of(request);
        ObjectNode list = reader.list(target, request);
        List<ObjectNode> items = Trees.objects(list.path("items"));
        for (ObjectNode item : items) {
            Target one = new Target(target.type(), Meta.namespace(item), Meta.name(item), "");
            try {
                deletion.delete(one, options);
            } catch (StatusException e) {
                if (e.code() != 404) { // someone else was faster
                    throw e;
                }
            }
        }
        return ApiResponse.json(200, list);
    }
}
