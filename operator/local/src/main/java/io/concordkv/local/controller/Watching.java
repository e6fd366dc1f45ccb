package io.concordkv.local.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Informers of one controller, closed together.
final class Watching implements AutoCloseable {
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

    /// Calls back for every object that is there and on each change or removal of one, on the
    /// informer's thread: callers only put keys into queues.
    <T extends HasMetadata> SharedIndexInformer<T> each(Informable<T> kind, Consumer<? super T> changed) {
        var informer = kind.inform(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T object) {
                changed.accept(object);
            }

            @Override
            public void onUpdate(T before, T now) {
                // A pod that changed its labels concerns those that matched it before, too.
                changed.accept(before);
                changed.accept(now);
            }

            @Override
            public void onDelete(T object, boolean finalStateUnknown) {
                changed.accept(object);
            }
        });
        informers.add(informer);
        return informer;
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }
}
