package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.local.object.StatusException;
import java.util.function.Predicate;

/// The parameters of a watch.
///
/// @param from            resourceVersion to go on after; 0 starts with the present objects
/// @param initialBookmark mark the end of the present objects
record WatchRequest(WatchStream.Scope scope, long from, boolean initialBookmark, long timeoutSeconds) {

    static WatchRequest of(Dispatcher dispatcher, ApiRequest request) {
        ResourcePath path = ResourcePath.parse(request.path());
        if (path == null || !path.subresource().isEmpty()) {
            throw StatusException.unknownPath();
        }
        Target target = dispatcher.target(path);
        Predicate<JsonNode> selected = ObjectReader.selector(target.type(), request);
        if (!target.name().isEmpty()) {
            Predicate<JsonNode> others = selected;
            selected = object ->
                    object.path("metadata").path("name").asText().equals(target.name()) && others.test(object);
        }
        Views views = Views.of(request, target.type());
        boolean initial = request.flag("sendInitialEvents");
        boolean bookmarks = request.flag("allowWatchBookmarks");
        long timeout = request.number("timeoutSeconds", WatchStream.TIMEOUT_SECONDS_DEFAULT);
        return new WatchRequest(
                new WatchStream.Scope(target, selected, views::event, bookmarks),
                initial ? 0 : request.number("resourceVersion", 0),
                initial && bookmarks,
                timeout <= 0 ? WatchStream.TIMEOUT_SECONDS_DEFAULT : timeout);
    }
}
