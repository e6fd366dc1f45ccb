package io.concordkv.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.shard.peer.Preface;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The envelope of frames, version 1, byte by byte. What is inside is pinned in the golden capture of
/// module simulation.
class FrameCodecTest {
    private static final byte[] HELLO = new Preface(Preface.BULK, new ClusterId(1, 2), new NodeId(300)).encode();
    private static final String HELLO_ON_THE_WIRE =
            "18000000" + "fca2f7c8" + "434b5052" + "01" + "01" + "0100000000000000" + "0200000000000000" + "ac02";

    private final List<byte[]> frames = new ArrayList<>();
    private final FrameCodec codec = new FrameCodec(frames::add);

    @Test
    void aFrameIsTheseBytes() {
        assertThat(HexFormat.of().formatHex(FrameCodec.encode(HELLO).getBytes()))
                .isEqualTo(HELLO_ON_THE_WIRE);
    }

    @Test
    void theseBytesAreAFrameHoweverTheyArrive() {
        byte[] bytes = HexFormat.of().parseHex(HELLO_ON_THE_WIRE);
        for (byte each : bytes) {
            codec.handle(Buffer.buffer(new byte[] {each}));
        }
        codec.handle(Buffer.buffer(bytes).appendBytes(bytes));
        assertThat(frames).hasSize(3).allSatisfy(it -> assertThat(it).isEqualTo(HELLO));
        assertThat(Preface.decode(frames.getFirst()).node()).isEqualTo(new NodeId(300));
    }

    @Test
    void aLongFrameTravelsInPartsAndArrivesWhole() {
        byte[] frame = new byte[FrameCodec.PART_BYTES_MAX + 5];
        frame[FrameCodec.PART_BYTES_MAX] = 7;
        Buffer encoded = FrameCodec.encode(frame);
        assertThat(encoded.getIntLE(0)).isEqualTo(FrameCodec.PART_BYTES_MAX | 1 << 31);
        assertThat(encoded.getIntLE(8 + FrameCodec.PART_BYTES_MAX)).isEqualTo(5);
        codec.handle(encoded);
        assertThat(frames).singleElement().isEqualTo(frame);
    }

    @Test
    void brokenBytesAreNoFrame() {
        byte[] bytes = HexFormat.of().parseHex(HELLO_ON_THE_WIRE);
        bytes[10] ^= 1;
        assertThatThrownBy(() -> codec.handle(Buffer.buffer(bytes)))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("checksum");
        assertThat(frames).isEmpty();
    }
}
