package io.concordkv.operator.render;

import io.concordkv.crds.ConcordClusterSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Optional;

/// How the memory limit of a pod is divided: half is Java's heap; of the rest 128 MiB are for Java
/// itself (classes, compiled code, threads, buffers) and half of what remains is for the engines'
/// data, the other half for the log and requests under way.
///
/// | limit   | heap    | engines |
/// |---------|---------|---------|
/// | 512 MiB | 256 MiB | 64 MiB  |
/// | 1 GiB   | 512 MiB | 192 MiB |
/// | 4 GiB   | 2 GiB   | 960 MiB |
///
/// @param heapMebibytes greatest size of the heap
/// @param offHeapBytes  what the engines of all shards may take together
record Memory(long heapMebibytes, long offHeapBytes) {
    static final String OFF_HEAP_SETTING = "concord.memory.memtable";
    private static final long MEBIBYTE = 1 << 20;
    private static final long HEAP_MEBIBYTES_MIN = 64;
    private static final long JAVA_ITSELF = 128 * MEBIBYTE;
    private static final long OFF_HEAP_MIN = 16 * MEBIBYTE;

    /// Empty without a limit: the image's heap and the node's own default hold then.
    static Optional<Memory> of(ConcordClusterSpec spec) {
        return Optional.ofNullable(spec.resources())
                .map(resources -> resources.limits().get("memory"))
                .map(Quantity::getAmountInBytes)
                .map(BigDecimal::longValue)
                .map(Memory::within);
    }

    private static Memory within(long limit) {
        long heap = Math.max(HEAP_MEBIBYTES_MIN, limit / 2 / MEBIBYTE);
        return new Memory(heap, Math.max(OFF_HEAP_MIN, (limit - heap * MEBIBYTE - JAVA_ITSELF) / 2));
    }
}
