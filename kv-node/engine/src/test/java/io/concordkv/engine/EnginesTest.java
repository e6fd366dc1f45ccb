package io.concordkv.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class EnginesTest {
    @Test
    void memoryIsAlwaysThere() {
        assertThat(Engines.names()).contains("memory");
        assertThat(Engines.byName("memory").name()).isEqualTo("memory");
    }

    @Test
    void anUnknownEngineIsRefusedWithTheNamesThereAre() {
        assertThatExceptionOfType(UnknownEngineException.class)
                .isThrownBy(() -> Engines.byName("rocksdb"))
                .withMessageContaining("\"rocksdb\"")
                .withMessageContaining("memory");
    }
}
