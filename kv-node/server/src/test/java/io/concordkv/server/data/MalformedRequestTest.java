package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.server.Problems;
import io.concordkv.server.RawConnection;
import io.concordkv.server.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests whose head or framing could be read in two ways, or in none, are refused with a problem and
/// nothing that follows them on the connection is executed.
@Tag("process")
class MalformedRequestTest {
    private static final String HIDDEN = "PUT /v1/keys/hidden HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1";

    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void openNode() {
        node = RunningNode.founded(folder, 2);
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    @AfterEach
    void nothingWasExecuted() {
        assertThat(node.data().get("/v1/keys/malformed").statusCode()).isEqualTo(404);
        assertThat(node.data().get("/v1/keys/hidden").statusCode()).isEqualTo(404);
        assertThat(node.host().data().callsInFlight()).isZero();
    }

    private static String answerTo(String request) throws IOException {
        try (RawConnection client = new RawConnection(node.httpPort())) {
            return client.send(request).readToEnd();
        }
    }

    private static void checkRefused(String answer, String detail) {
        Problems.check(answer, 400, "invalid-argument");
        assertThat(answer).containsOnlyOnce("Concord-Node: ");
        assertThat(answer.toLowerCase(Locale.ROOT)).contains("\r\nconnection: close\r\n");
        assertThat(answer).contains(detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/9.9", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9"})
    void anotherVersionIsRefused(String version) throws IOException {
        checkRefused(answerTo("GET / " + version + "\r\nHost: x\r\n\r\n" + HIDDEN), "got " + version);
    }

    @Test
    void aRequestWithoutAHostIsRefused() throws IOException {
        checkRefused(answerTo("GET /v1/keys/a HTTP/1.1\r\n\r\n" + HIDDEN), "want one Host header, got none");
        assertThat(answerTo("GET /v1/keys/a HTTP/1.0\r\n\r\n"))
                .as("version 1.0 has none")
                .startsWith("HTTP/1.0 404");
    }

    @Test
    void aRequestWithTwoHostsIsRefused() throws IOException {
        checkRefused(
                answerTo("GET /v1/keys/a HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n" + HIDDEN),
                "want one Host header, got 2");
    }

    @Test
    void aLengthBesideATransferEncodingIsRefused() throws IOException {
        String framedTwice = "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN;
        checkRefused(
                answerTo("PUT /v1/keys/malformed HTTP/1.1\r\nHost: x\r\n" + framedTwice),
                "Content-Length together with Transfer-Encoding");
        assertThat(answerTo("PUT /v1/keys/malformed HTTP/1.0\r\n" + framedTwice))
                .startsWith("HTTP/1.0 400");
    }

    @Test
    void anotherTransferEncodingIsRefused() throws IOException {
        checkRefused(
                answerTo("PUT /v1/keys/malformed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n" + HIDDEN),
                "Transfer-Encoding: want chunked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "-1\r\n", "1\r\na\r\nzz\r\n", "99999999999\r\n"})
    void aChunkSizeThatIsNoneIsRefused(String body) throws IOException {
        checkRefused(
                answerTo("PUT /v1/keys/malformed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body
                        + HIDDEN),
                "nothing was executed");
    }

    @Test
    void aBadChunkSizeThatComesLaterIsRefused() throws IOException {
        try (RawConnection client = new RawConnection(node.httpPort())) {
            client.send("PUT /v1/keys/malformed HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n");
            client.readUntil("100 Continue\r\n\r\n");
            checkRefused(client.send("1\r\na\r\nxyz\r\n").readToEnd(), "nothing was executed");
        }
    }

    @Test
    void requestsBeforeTheBadOneGetTheirAnswers() throws IOException {
        String good = "GET /v1/keys/absent HTTP/1.1\r\nHost: x\r\n\r\n";
        String whole =
                "PUT /v1/keys/whole HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        String broken = "PUT /v1/keys/malformed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
        assertThat(answerTo(good + whole + broken))
                .containsSubsequence("HTTP/1.1 404", "HTTP/1.1 201", "HTTP/1.1 400", "connection: close");
        assertThat(answerTo(good + good + "GET / HTTP/9.9\r\nHost: x\r\n\r\n"))
                .containsSubsequence("HTTP/1.1 404", "HTTP/1.1 404", "HTTP/1.1 400", "connection: close");
    }

    @Test
    void aBadBodyNobodyWantedDoesNotTakeTheAnswerAway() throws IOException {
        assertThat(answerTo("GET /v1/keys/absent HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
                .startsWith("HTTP/1.1 404");
    }
}
