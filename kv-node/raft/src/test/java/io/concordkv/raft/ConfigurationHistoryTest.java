package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationHistoryTest {
    private final ConfigurationHistory history = new ConfigurationHistory(RecoveredState.empty(of(1)));

    @Test
    void aConfigurationCountsFromItsAppend() {
        history.append(List.of(entry(4, of(2))));

        assertThat(history.newest()).isEqualTo(new ConfigurationAt(4, of(2)));
        assertThat(history.voters().contains(new ReplicaId(2))).isTrue();
        assertThat(history.at(3)).isEqualTo(new ConfigurationAt(0, of(1)));
    }

    @Test
    void truncationBringsTheOneBeforeBack() {
        history.append(List.of(entry(4, of(2)), entry(6, of(3))));

        history.truncateAfter(5);
        assertThat(history.newest().index()).isEqualTo(4);
        history.truncateAfter(3);
        assertThat(history.newest().configuration()).isEqualTo(of(1));
        assertThat(history.voters().contains(new ReplicaId(1))).isTrue();
    }

    @Test
    void compactionKeepsTheOneInForce() {
        history.append(List.of(entry(4, of(2)), entry(6, of(3))));

        history.compactTo(5);

        assertThat(history.at(5)).isEqualTo(new ConfigurationAt(4, of(2)));
        history.truncateAfter(5);
        assertThat(history.newest()).isEqualTo(new ConfigurationAt(4, of(2)));
    }

    @Test
    void aSnapshotBringsItsOwn() {
        history.append(List.of(entry(4, of(2))));

        history.reset(new ConfigurationAt(9, of(5)));

        assertThat(history.newest()).isEqualTo(new ConfigurationAt(9, of(5)));
    }

    private static LogEntry entry(long index, Configuration configuration) {
        return new LogEntry(1, index, EntryKind.CONFIGURATION, ConfigurationCodec.encode(configuration));
    }

    private static Configuration of(long voter) {
        return Configuration.of(List.of(new Member(new ReplicaId(voter), new NodeId(voter), MemberRole.VOTER)));
    }
}
