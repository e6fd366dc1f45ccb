package io.concordkv.local.api;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// Finds out which user is at the other end of a loopback connection: Linux writes the owner of every
/// socket in `/proc/net/tcp`, and in `tcp6` for programs that use IPv6 sockets for IPv4 too.
///
/// | column | holds                                                      |
/// |-------:|------------------------------------------------------------|
/// |      1 | its own address: `0100007F:192B`, bytes last first, port   |
/// |      2 | the other address                                          |
/// |      3 | state: `01` is established                                |
/// |      7 | user id                                                    |
///
/// @param tables directory of the two files
/// @param uid    the user that is trusted
record LoopbackPeer(Path tables, int uid) {
    private static final Logger LOG = System.getLogger(LoopbackPeer.class.getName());
    private static final int OWN_COLUMN = 1;
    private static final int OTHER_COLUMN = 2;
    private static final int STATE_COLUMN = 3;
    private static final int UID_COLUMN = 7;

    /// A socket that its program has closed shows user 0, whoever that was.
    private static final String ESTABLISHED = "01";

    private static final int NOBODY = -1;
    private static final String MAPPED = "0000000000000000FFFF0000";

    static LoopbackPeer ofThisUser() {
        return new LoopbackPeer(Path.of("/proc/net"), thisUser());
    }

    private static int thisUser() {
        Path self = Path.of("/proc/self");
        if (!self.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return NOBODY;
        }
        try {
            return (Integer) Files.getAttribute(self, "unix:uid");
        } catch (IOException notLinux) {
            LOG.log(Level.DEBUG, "whose connections are whose is not known here: {0}", notLinux.toString());
            return NOBODY;
        }
    }

    /// Reads a file: not for an event loop.
    ///
    /// @param client its end of an established connection
    /// @param server our end
    boolean isOurs(InetSocketAddress client, InetSocketAddress server) {
        InetAddress address = client.getAddress();
        if (uid == NOBODY || address == null || !address.isLoopbackAddress() || address.getAddress().length != 4) {
            return false;
        }
        return holds("tcp", "", client, server) || holds("tcp6", MAPPED, client, server);
    }

    private boolean holds(String table, String prefix, InetSocketAddress client, InetSocketAddress server) {
        String own = prefix + written(client);
        String other = prefix + written(server);
        try {
            for (String line : Files.readAllLines(tables.resolve(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > UID_COLUMN
                        && columns[OWN_COLUMN].equals(own)
                        && columns[OTHER_COLUMN].equals(other)) {
                    return columns[STATE_COLUMN].equals(ESTABLISHED)
                            && columns[UID_COLUMN].equals(Integer.toString(uid));
                }
            }
        } catch (IOException unknown) {
            LOG.log(Level.DEBUG, "cannot read {0}: {1}", table, unknown.toString());
        }
        return false;
    }

    private static String written(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        byte[] lastFirst = {bytes[3], bytes[2], bytes[1], bytes[0]};
        return HexFormat.of().withUpperCase().formatHex(lastFirst) + ":" + "%04X".formatted(address.getPort());
    }
}
