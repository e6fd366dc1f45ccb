package io.concordkv.it.machine;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What service accounts asked of the API server.
///
/// @param file one JSON object of kind `audit.k8s.io/v1 Event` a line
public record AuditLog(Path file) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Where the log ends now, for [#since(long)].
    public long end() throws IOException {
        return Files.size(file);
    }

    /// @param position an earlier [#end()]; 0 = from the beginning
    List<AuditEvent> since(long position) throws IOException {
        var events = new ArrayList<AuditEvent>();
        try (var channel = FileChannel.open(file);
                var lines = new BufferedReader(new InputStreamReader(
                        Channels.newInputStream(channel.position(position)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // The server may be writing the last line this very moment.
                if (line.endsWith("}")) {
                    events.add(AuditEvent.of(JSON.readTree(line)));
                }
            }
        }
        return events;
    }

    /// Writes of a service account since then, but those of Leases; a line each.
    public List<String> writes(long position, String account) throws IOException {
        return since(position).stream()
                .filter(event -> event.isOf(account))
                .filter(event -> event.isWrite() && !event.isOfLease())
                .map(AuditEvent::toString)
                .toList();
    }

    /// The pods of a service account that wrote anything but Leases, in their order; one that wrote
    /// again after another one stands there twice.
    public List<String> writers(long position, String account) throws IOException {
        var writers = new ArrayList<String>();
        for (AuditEvent event : since(position)) {
            boolean counts = event.isOf(account) && event.isWrite() && !event.isOfLease() && event.allowed();
            if (counts && (writers.isEmpty() || !writers.getLast().equals(event.pod()))) {
                writers.add(event.pod());
            }
        }
        return writers;
    }
}
