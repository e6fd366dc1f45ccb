package io.concordkv.it.kube;

import io.concordkv.it.finding.NotRun;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;

/// Pods are reached at their own address. The first time it is tried whether there is a route.
public final class PodAddressDoor implements NodeDoor {
    private static final int CONNECT_MILLIS = 2_000;

    private boolean tried;

    @Override
    public synchronized String address(Pod pod, int port) throws IOException {
        String ip = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        if (ip == null || ip.isEmpty()) {
            throw new IOException("pod " + pod.getMetadata().getName() + " has no address");
        }
        if (!tried) {
            tryRoute(ip, port);
            tried = true;
        }
        return ip + ":" + port;
    }

    private static void tryRoute(String ip, int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(ip, port), CONNECT_MILLIS);
        } catch (NoRouteToHostException | SocketTimeoutException e) {
            throw new NotRun("pod addresses such as " + ip + " cannot be reached from here: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
