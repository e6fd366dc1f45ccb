package io.concordkv.local.kubelet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/// The loopback addresses `127.<second>.0.0/16` of one local cluster. A listening socket on its
/// first address claims the block, so two clusters on one machine never share one; the kernel frees
/// the claim when the process ends, however it ends.
///
/// | addresses             | for                                     |
/// |-----------------------|-----------------------------------------|
/// | 127.b.0.1             | the node                                |
/// | 127.b.1.1–127.b.239.254 | pods, in turn: a new pod, a new address |
/// | 127.b.240.1–127.b.240.254 | Services                            |
public final class AddressBlock implements AutoCloseable {
    /// Where a kubelet listens in any cluster; here it only marks the claim.
    static final int NODE_PORT = 10_250;

    private static final int SECOND_MIN = 64;
    private static final int SECONDS = 187;
    private static final int POD_HOSTS = 239 * 254;

    private final int second;
    private final ServerSocket claim;
    private final Set<String> taken = new HashSet<>();
    private int next;

    private AddressBlock(int second, ServerSocket claim, int next) {
        this.second = second;
        this.claim = claim;
        this.next = next;
    }

    /// @param seed spreads clusters over the blocks, for example a hash of the directory
    /// @throws IOException when every block is taken
    public static AddressBlock claim(int seed) throws IOException {
        IOException last = new IOException("no block tried");
        for (int i = 0; i < SECONDS; i++) {
            int second = SECOND_MIN + Math.floorMod(seed + i, SECONDS);
            var socket = new ServerSocket();
            try {
                socket.bind(new InetSocketAddress(InetAddress.getByName("127." + second + ".0.1"), NODE_PORT));
                // Start anywhere, so that a restarted cluster uses other addresses, as real ones do.
                int start = Math.floorMod(System.nanoTime() / 1_000, POD_HOSTS);
                return new AddressBlock(second, socket, start);
            } catch (IOException taken) {
                socket.close();
                last = taken;
            }
        }
        throw new IOException("all loopback blocks 127.64–127.250 are taken", last);
    }

    public String nodeAddress() {
        return "127." + second + ".0.1";
    }

    /// Addresses of Services begin so, for example `127.77.240.`.
    public String servicePrefix() {
        return "127." + second + ".240.";
    }

    synchronized String takePodAddress() {
        for (int i = 0; i < POD_HOSTS; i++) {
            int host = next;
            next = (next + 1) % POD_HOSTS;
            String address = "127." + second + "." + (1 + host / 254) + "." + (1 + host % 254);
            if (taken.add(address)) {
                return address;
            }
        }
        throw new IllegalStateException("all " + POD_HOSTS + " pod addresses are in use");
    }

    synchronized void release(String address) {
        taken.remove(address);
    }

    @Override
    public void close() throws IOException {
        claim.close();
    }
}
