package io.concordkv.operator.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Every call ends, whatever the node does.
@Timeout(30)
class AdminClientTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void aNodeThatStopsInTheMiddleOfABodyIsNoAnswer() throws IOException {
        try (var node = new ServerSocket(0, 5, LOOPBACK);
                var client = new AdminClient(node.getLocalPort())) {
            Thread.ofVirtual().start(() -> answerHalf(node));
            long before = System.nanoTime();

            assertThat(client.cluster(LOOPBACK.getHostAddress()))
                    .isEqualTo(new AdminReply.NoAnswer("no answer in time"));
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(AdminClient.ANSWER_WITHIN.multipliedBy(3));
        }
    }

    @Test
    void aNodeThatIsNotThereRefuses() throws IOException {
        int port;
        try (var node = new ServerSocket(0, 5, LOOPBACK)) {
            port = node.getLocalPort();
        }
        try (var client = new AdminClient(port)) {
            assertThat(client.node(LOOPBACK.getHostAddress()).join())
                    .isEqualTo(new AdminReply.NoAnswer("connection refused"));
        }
    }

    private static void answerHalf(ServerSocket node) {
        try {
            Socket socket = node.accept();
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"clusterId\":"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new IllegalStateException("the test's node cannot answer", e);
        }
    }
}
