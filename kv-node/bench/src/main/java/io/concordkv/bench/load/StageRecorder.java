package io.concordkv.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.FlightRecorderMXBean;

/// Lets Java processes of this machine sample, by CPU time, what their threads are at (JEP 509), and fetches what
/// they saw.
final class StageRecorder implements AutoCloseable {
    private static final String EVENT = "jdk.CPUTimeSample";
    private static final String BEAN = "jdk.management.jfr:type=FlightRecorder";

    private record Recording(JMXConnector connector, FlightRecorderMXBean recorder, long id) {}

    private final List<Recording> recordings = new ArrayList<>();

    private StageRecorder() {}

    /// @throws IOException when a process is gone, belongs to another user, or cannot record
    @SuppressWarnings("BanJNDI")
    static StageRecorder start(List<Long> pids) throws IOException {
        StageRecorder all = new StageRecorder();
        try {
            for (long pid : pids) {
                JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(AllocationClock.agent(pid)));
                FlightRecorderMXBean recorder = ManagementFactory.newPlatformMXBeanProxy(
                        connector.getMBeanServerConnection(), BEAN, FlightRecorderMXBean.class);
                long id = recorder.newRecording();
                all.recordings.add(new Recording(connector, recorder, id));
                recorder.setRecordingSettings(
                        id,
                        Map.of(EVENT + "#enabled", "true", EVENT + "#throttle", "1 ms", EVENT + "#stackTrace", "true"));
                recorder.startRecording(id);
            }
            return all;
        } catch (IOException e) {
            all.close();
            throw e;
        }
    }

    /// Ends the recordings.
    ///
    /// @return one file in `folder` a process, to be read with `jdk.jfr.consumer`
    List<Path> stop(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Recording each : recordings) {
            each.recorder.stopRecording(each.id);
            Path file = folder.resolve("stages-" + files.size() + ".jfr");
            each.recorder.copyTo(each.id, file.toString());
            each.recorder.closeRecording(each.id);
            files.add(file);
        }
        return files;
    }

    @Override
    public void close() throws IOException {
        for (Recording each : recordings) {
            each.connector.close();
        }
    }
}
