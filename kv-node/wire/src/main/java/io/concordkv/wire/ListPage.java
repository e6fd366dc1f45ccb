package io.concordkv.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// @param next cursor of the next page; null at the end
public record ListPage(List<ListItem> items, @Nullable String next) {
    public ListPage {
        items = List.copyOf(items);
    }
}
