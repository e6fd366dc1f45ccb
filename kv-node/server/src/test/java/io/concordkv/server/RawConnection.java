package io.concordkv.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A plain connection on which anything can be sent.
public final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 15_000;

    private final Socket socket;

    public RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    public RawConnection send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawConnection send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    /// Sends what the other side still takes; it may close in between.
    public RawConnection sendSome(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException closed) {
            // the other side had enough, which reading will show
        }
        return this;
    }

    /// All bytes until the other side closes.
    ///
    /// @throws SocketTimeoutException when it does not within 15 s
    public String readToEnd() throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] some = new byte[8_192];
        try {
            for (int count = 0; count >= 0; count = socket.getInputStream().read(some)) {
                text.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException stillOpen) {
            throw stillOpen;
        } catch (IOException reset) {
            text.append("<reset>");
        }
        return text.toString();
    }

    /// Bytes until `ending` has been read.
    public String readUntil(String ending) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(ending) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /// Goes away without a farewell, as a process that is killed with answers unread.
    public void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
