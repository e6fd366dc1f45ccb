package io.concordkv.client;

/// One data port.
///
/// @param host name or address, without brackets
record Address(String host, int port) {
    /// @param text `host:port`, an IPv6 host in brackets
    static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = text.substring(0, Math.max(0, colon));
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (!host.isEmpty() && !host.contains("/") && port > 0 && port < 65_536) {
                return new Address(host, port);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no address, want host:port", e);
        }
        throw new IllegalArgumentException("'" + text + "' is no address, want host:port");
    }

    @Override
    public String toString() {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
