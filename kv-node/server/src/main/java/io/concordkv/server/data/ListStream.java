package io.concordkv.server.data;

import io.concordkv.base.Bytes;
import io.concordkv.wire.Consistency;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.ListParameters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A whole range as NDJSON: page after page, as fast as the client reads. The last line tells that it is
/// complete.
final class ListStream {
    private final CallScope scope;
    private final ListCalls.Pages pages;
    private final ListParameters parameters;
    private final Limits limits;
    private @Nullable HttpServerResponse response;
    private long count;

    ListStream(CallScope scope, ListCalls.Pages pages, ListParameters parameters, Limits limits) {
        this.scope = scope;
        this.pages = pages;
        this.parameters = parameters;
        this.limits = limits;
    }

    void start(Bytes lowest, @Nullable Bytes beyond) {
        next(lowest, beyond);
    }

    private void next(Bytes lowest, @Nullable Bytes beyond) {
        pages.page(lowest, beyond, limits.pageItemsMax(), page -> {
            if (scope.exchange().isAnswered()) {
                return;
            }
            HttpServerResponse to = begin();
            Buffer lines = Buffer.buffer();
            for (ListItem item : page.items()) {
                lines.appendBytes(ListJson.line(new ListJson.Line.Item(item), parameters.base64()));
            }
            count += page.items().size();
            if (!page.more() || page.items().isEmpty()) {
                lines.appendBytes(ListJson.line(new ListJson.Line.End(count), parameters.base64()));
                to.write(lines);
                scope.exchange().finish();
                return;
            }
            Bytes last = Bytes.wrap(page.items().getLast().key());
            Bytes from = parameters.reverse() ? lowest : ListCalls.behind(last);
            Bytes until = parameters.reverse() ? last : beyond;
            to.write(lines);
            if (to.writeQueueFull()) {
                to.drainHandler(drained -> again(from, until));
            } else {
                scope.member().host().loop().execute(() -> again(from, until));
            }
        });
    }

    /// Headers leave before the later pages are read: they can only promise what holds for all of them.
    private void tellStaleness() {
        switch (parameters.consistency()) {
            case Consistency.Linearizable() -> {}
            case Consistency.Bounded(var millis) -> scope.exchange().staleness(OptionalLong.of(millis));
            case Consistency.Leader(), Consistency.Any() -> scope.exchange().staleness(OptionalLong.empty());
        }
    }

    private void again(Bytes lowest, @Nullable Bytes beyond) {
        scope.exchange().memory().giveBack();
        next(lowest, beyond);
    }

    private HttpServerResponse begin() {
        HttpServerResponse present = response;
        if (present == null) {
            tellStaleness();
            present = scope.exchange().stream(ListJson.STREAM_MEDIA_TYPE);
            response = present;
        }
        return present;
    }
}
