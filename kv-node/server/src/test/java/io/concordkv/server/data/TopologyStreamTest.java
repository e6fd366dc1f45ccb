package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.server.RunningNode;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The stream of shard maps, to clients that read slowly (API §1).
@Tag("process")
class TopologyStreamTest {
    private static final int SHARDS = 64;
    private static final int ROUNDS = 40;
    private static final int EVENTS_A_ROUND = 100;
    private static final int PATIENCE_MILLIS = 15_000;

    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void openNode() {
        node = RunningNode.founded(folder, SHARDS);
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    @Test
    void aClientThatReadsSlowlyMissesEventsButNotTheLast() throws IOException {
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4_096);
            slow.setSoTimeout(PATIENCE_MILLIS);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.httpPort()));
            slow.getOutputStream()
                    .write("GET /v1/topology HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = slow.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            for (int i = 0; i < ROUNDS; i++) {
                node.host().onLoop(TopologyStreamTest::tellOften);
            }
            node.admin()
                    .contentType(ContentType.JSON)
                    .body(Map.of("shards", 1, "replicationFactor", 1))
                    .put("/admin/v1/keyspaces/late")
                    .then()
                    .statusCode(201);
            int events = readUntil(in, "\"keyspace\":\"late\"");
            assertThat(events).as("the client was slow enough to miss some").isLessThan(ROUNDS * EVENTS_A_ROUND);
        }
    }

    /// As many events as a map has that changes often; returns something, as the loop wants it.
    private static boolean tellOften() {
        for (int i = 0; i < EVENTS_A_ROUND; i++) {
            node.host().data().topologyChanged(node.host().node().clusterState());
        }
        return true;
    }

    /// Returns how many events began before `wanted` was read.
    private static int readUntil(InputStream in, String wanted) throws IOException {
        byte[] some = new byte[64 << 10];
        String tail = "";
        int events = 0;
        while (true) {
            int count = in.read(some);
            assertThat(count).as("the stream ended before " + wanted).isPositive();
            String text = tail + new String(some, 0, count, StandardCharsets.ISO_8859_1);
            int at = text.indexOf(wanted);
            events += text.split("\nid: ", -1).length - 1;
            if (at >= 0) {
                return events;
            }
            tail = text.substring(Math.max(0, text.length() - wanted.length()));
        }
    }
}
