package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationCodecTest {
    private static final Configuration JOINT = new Configuration(
            List.of(
                    new Member(new ReplicaId(300), new NodeId(2), MemberRole.VOTER),
                    new Member(new ReplicaId(7), new NodeId(3), MemberRole.LEARNER)),
            List.of(new Member(new ReplicaId(5), new NodeId(1), MemberRole.VOTER)),
            List.of(new ReplicaId(5)),
            true);

    @Test
    void bytesAreAsOnceWritten() throws IOException {
        var golden = Files.readString(Path.of("src/test/resources/golden/configuration-v1.hex"));

        assertThat(HexFormat.of().formatHex(ConfigurationCodec.encode(JOINT))).isEqualTo(golden.strip());
        assertThat(ConfigurationCodec.decode(HexFormat.of().parseHex(golden.strip())))
                .isEqualTo(JOINT);
    }

    @Test
    void theEmptyConfigurationRoundTrips() {
        assertThat(ConfigurationCodec.decode(ConfigurationCodec.encode(Configuration.EMPTY)))
                .isEqualTo(Configuration.EMPTY);
    }

    @Test
    void everyShorterPrefixIsRefused() {
        byte[] bytes = ConfigurationCodec.encode(JOINT);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ConfigurationCodec.decode(cut)).isInstanceOf(DecodeException.class);
        }
    }

    @Test
    void anUnknownVersionOrLeftOverByteIsRefused() {
        byte[] bytes = ConfigurationCodec.encode(JOINT);
        byte[] later = bytes.clone();
        later[0] = 2;
        assertThatThrownBy(() -> ConfigurationCodec.decode(later)).hasMessageContaining("version");
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> ConfigurationCodec.decode(longer)).isInstanceOf(DecodeException.class);
    }

    @Test
    void garbageIsRefusedAsBadBytesAndNothingElse() {
        // A replica listed twice, an outgoing learner, no replica id: from a peer these are bad bytes.
        for (String hex : List.of("0100020101000101000000", "010000010101010000", "01000100010000000000")) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            assertThatThrownBy(() -> ConfigurationCodec.decode(bytes)).as(hex).isInstanceOf(DecodeException.class);
        }
    }
}
