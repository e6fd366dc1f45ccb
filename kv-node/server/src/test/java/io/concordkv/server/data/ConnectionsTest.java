package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RawConnection;
import io.concordkv.server.RunningNode;
import io.concordkv.wire.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are slow, silent, or speak nonsense harm nobody but themselves.
@Tag("process")
class ConnectionsTest {
    private static final long HEADER_MILLIS = 700;
    private static final long BODY_MILLIS = 2_000;

    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void openNode() {
        Limits d = Limits.DEFAULT;
        Limits hasty = new Limits(
                d.keyBytesMax(),
                d.valueBytesMax(),
                d.batchOperationsMax(),
                d.batchBytesMax(),
                d.pageItemsMax(),
                d.pageBytesMax(),
                d.lineBytesMax(),
                d.headerBytesMax(),
                d.bodyBytesMax(),
                HEADER_MILLIS,
                BODY_MILLIS,
                d.timeoutMillisMax());
        node = RunningNode.founded(folder, 2, hasty);
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    @AfterEach
    void theNodeStillServes() {
        node.data().body("1").put("/v1/keys/alive").then().statusCode(org.hamcrest.Matchers.oneOf(200, 201));
        assertThat(node.data().get("/v1/keys/alive").asString()).isEqualTo("1");
        assertThat(node.host().data().callsInFlight()).isZero();
    }

    private static RawConnection data() throws IOException {
        return new RawConnection(node.httpPort());
    }

    @Test
    void garbageOnTheDataPortIsAnsweredAndClosed() throws IOException {
        byte[] garbage = new byte[1 << 20];
        new Random(1).nextBytes(garbage);
        try (RawConnection client = data()) {
            assertThat(client.sendSome(garbage).readToEnd()).matches("(?s)(HTTP/1.[01] 4.*)?(<reset>)?");
        }
        try (RawConnection client = data()) {
            String answer = client.send("this is no request\r\n\r\n").readToEnd();
            assertThat(answer).startsWith("HTTP/1.0 400").contains("\"code\":\"invalid-argument\"");
        }
    }

    @Test
    void garbageOnThePeerPortIsClosed() throws IOException {
        byte[] garbage = new byte[1 << 20];
        new Random(2).nextBytes(garbage);
        try (RawConnection peer = new RawConnection(node.peerPort())) {
            assertThat(peer.sendSome(garbage).readToEnd()).isIn("", "<reset>");
        }
        try (RawConnection peer = new RawConnection(node.peerPort())) {
            assertThat(peer.send("\0\0\0\0").readToEnd())
                    .as("silent peers are closed")
                    .isIn("", "<reset>");
        }
    }

    @Test
    @Provokes("request-timeout")
    void headersThatDoNotCompleteInTimeAreGivenUp() throws IOException {
        try (RawConnection client = data()) {
            long started = System.nanoTime();
            String answer =
                    client.send("GET /v1/keys/a HTTP/1.1\r\nHost: x\r\n").readToEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isBetween(Duration.ofMillis(HEADER_MILLIS - 50), Duration.ofMillis(HEADER_MILLIS + 5_000));
            Problems.check(answer, 408, "request-timeout");
        }
    }

    @Test
    void aSecondRequestOfAConnectionHasADeadlineToo() throws IOException {
        try (RawConnection client = data()) {
            client.send("GET /v1/keys/absent HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("}");
            assertThat(client.send("GET /v1/keys/a HT").readToEnd()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void connectionsBetweenRequestsMayStayIdle() throws IOException {
        try (RawConnection client = data()) {
            client.send("GET /v1/keys/absent HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("}");
            long idleUntil =
                    System.nanoTime() + Duration.ofMillis(HEADER_MILLIS * 2).toNanos();
            await().atMost(Duration.ofSeconds(10)).until(() -> System.nanoTime() > idleUntil);
            assertThat(client.send("GET /v1/keys/absent HTTP/1.1\r\nHost: x\r\n\r\n")
                            .readUntil("}"))
                    .contains("HTTP/1.1 404");
        }
    }

    @Test
    void bodiesMayTakeLongerThanHeaders() throws IOException {
        try (RawConnection client = data()) {
            client.send("PUT /v1/keys/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na");
            long until =
                    System.nanoTime() + Duration.ofMillis(HEADER_MILLIS * 2).toNanos();
            await().atMost(Duration.ofSeconds(10)).until(() -> System.nanoTime() > until);
            assertThat(client.send("b").readUntil("}")).startsWith("HTTP/1.1 201");
        }
        assertThat(node.data().get("/v1/keys/slow").asString()).isEqualTo("ab");
    }

    @Test
    @Provokes("request-timeout")
    void bodiesThatDoNotEndAreGivenUp() throws IOException {
        try (RawConnection client = data()) {
            client.send("PUT /v1/keys/slow-body HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na");
            Problems.check(client.readToEnd(), 408, "request-timeout");
        }
        try (RawConnection client = data()) {
            client.send("GET /v1/keys/absent HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 404");
        }
        assertThat(node.data().get("/v1/keys/slow-body").statusCode()).isEqualTo(404);
    }

    @Test
    void manyIdleConnectionsDoNotKeepOthersOut() throws IOException {
        List<RawConnection> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                idle.add(data());
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> node.host().data().connections() >= 500);
            assertThat(node.data().get("/v1/keys?count-only=true").statusCode()).isEqualTo(200);
        } finally {
            for (RawConnection each : idle) {
                each.close();
            }
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> node.host().data().connections() < 100);
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws IOException {
        try (RawConnection client = data()) {
            client.send("PUT /v1/keys/asked HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
            assertThat(client.send("ok").readUntil("}")).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void aClientThatAsksFirstIsRefusedBeforeItSends() throws IOException {
        try (RawConnection client = data()) {
            client.send("PUT /v1/keys/asked?colour=red HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            String answer = client.readToEnd();
            assertThat(answer).startsWith("HTTP/1.1 400").contains("connection: close");
        }
    }

    @Test
    void aChunkedBodyAboveItsLimitIsRefusedWhileItComes() throws IOException {
        try (RawConnection client = data()) {
            client.send("PUT /v1/keys/big HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk =
                    ("100000\r\n" + "x".repeat(1 << 20) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < 9; i++) {
                client.sendSome(chunk);
            }
            String answer = client.readToEnd();
            assertThat(answer).startsWith("HTTP/1.1 413").contains("\"code\":\"body-too-large\"");
        }
        assertThat(node.data().get("/v1/keys/big").statusCode()).isEqualTo(404);
    }

    @Test
    void requestsOnOneConnectionAreAnsweredInOrder() throws IOException {
        try (RawConnection client = data()) {
            client.send("PUT /v1/keys/p HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1"
                    + "GET /v1/keys/p HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            String all = client.readToEnd();
            assertThat(all).containsSubsequence("HTTP/1.1 201", "HTTP/1.1 200", "HTTP/1.1 404");
        }
    }
}
