package io.concordkv.bench.load;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// What all threads of some Java processes of this machine have allocated on their heaps, through the management
/// agent that each starts when asked.
final class AllocationClock implements AutoCloseable {
    /// For servers nobody asks.
    static final AllocationClock UNKNOWN = new AllocationClock();

    private final List<JMXConnector> connectors = new ArrayList<>();
    private final List<ThreadMXBean> servers = new ArrayList<>();

    private AllocationClock() {}

    /// The address is what the process itself said through a file that only its user can write.
    ///
    /// @throws IOException when a process is gone, belongs to another user, or is no Java
    @SuppressWarnings("BanJNDI")
    static AllocationClock of(List<Long> pids) throws IOException {
        AllocationClock clock = new AllocationClock();
        try {
            for (long pid : pids) {
                JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(pid)));
                clock.connectors.add(connector);
                clock.servers.add(ManagementFactory.newPlatformMXBeanProxy(
                        connector.getMBeanServerConnection(),
                        ManagementFactory.THREAD_MXBEAN_NAME,
                        ThreadMXBean.class));
            }
            return clock;
        } catch (IOException e) {
            clock.close();
            throw e;
        }
    }

    static String agent(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("process " + pid + " does not say what it allocates: " + e.getMessage(), e);
        }
    }

    /// Bytes since their starts; −1 when unknown.
    long bytes() {
        if (servers.isEmpty()) {
            return -1;
        }
        long bytes = 0;
        for (ThreadMXBean server : servers) {
            bytes += server.getTotalThreadAllocatedBytes();
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        for (JMXConnector connector : connectors) {
            connector.close();
        }
    }
}
