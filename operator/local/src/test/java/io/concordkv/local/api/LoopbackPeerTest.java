package io.concordkv.local.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackPeerTest {
    private static final String TABLE = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 101
               1: 0100007F:C350 0100007F:192B 01 00000000:00000000 00:00000000 00000000  1000        0 102
               2: 0100007F:C351 0100007F:192B 01 00000000:00000000 00:00000000 00000000  1001        0 103
               3: 0100007F:C353 0100007F:192B 05 00000000:00000000 00:00000000 00000000  1000        0 0
            """;
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 0x192B);

    @TempDir
    Path tables;

    private LoopbackPeer peer() throws IOException {
        Files.writeString(tables.resolve("tcp"), TABLE);
        return new LoopbackPeer(tables, 1000);
    }

    @Test
    void aConnectionOfTheSameUserIsKnownByItsTwoEnds() throws IOException {
        assertThat(peer().isOurs(new InetSocketAddress("127.0.0.1", 0xC350), SERVER))
                .isTrue();
    }

    @Test
    void aConnectionOfAnotherUserOrAnUnknownOneIsNot() throws IOException {
        assertThat(peer().isOurs(new InetSocketAddress("127.0.0.1", 0xC351), SERVER))
                .isFalse();
        assertThat(peer().isOurs(new InetSocketAddress("127.0.0.1", 0xC352), SERVER))
                .isFalse();
        assertThat(peer().isOurs(new InetSocketAddress("10.0.0.1", 0xC350), SERVER))
                .isFalse();
    }

    @Test
    void theOwnerOfAClosedConnectionIsNotKnown() throws IOException {
        assertThat(peer().isOurs(new InetSocketAddress("127.0.0.1", 0xC353), SERVER))
                .isFalse();
    }

    @Test
    void withoutTablesNobodyIsTrusted() {
        assertThat(new LoopbackPeer(tables.resolve("none"), 1000)
                        .isOurs(new InetSocketAddress("127.0.0.1", 0xC350), SERVER))
                .isFalse();
    }

    @Test
    void aSocketOfThisVeryProcessIsOurs() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                var client = new Socket(server.getInetAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            assertThat(LoopbackPeer.ofThisUser()
                            .isOurs((InetSocketAddress) client.getLocalSocketAddress(), (InetSocketAddress)
                                    accepted.getLocalSocketAddress()))
                    .isTrue();
        }
    }
}
