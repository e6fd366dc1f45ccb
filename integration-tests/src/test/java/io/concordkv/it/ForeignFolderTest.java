package io.concordkv.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scripts of `kubernetes/` given a folder that `up` has not made: a Kubernetes of kubeadm, a home.
class ForeignFolderTest {
    private static final Path SCRIPTS = Path.of(
                    System.getProperty("concord.home", ".."), "integration-tests/kubernetes")
            .toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    void downLeavesItAlone() throws Exception {
        Path key = kubeadm();
        assertThat(refusal(Map.of(), "down", folder.toString(), "--delete")).contains("nothing was done");
        assertThat(refusal(Map.of(), "down", folder.toString())).contains("nothing was done");
        assertThat(key).hasContent("another's");
    }

    @Test
    void upDoesNotWriteOverIt() throws Exception {
        Path key = kubeadm();
        assertThat(refusal(Map.of(), "up", folder.toString())).contains("nothing was done");
        assertThat(key).hasContent("another's");
        assertThat(folder.resolve("node-1")).doesNotExist();
    }

    @Test
    void ciDoesNotTakeIt() throws Exception {
        Path key = kubeadm();
        assertThat(refusal(Map.of("CLUSTER", folder.toString()), "ci")).contains("nothing was done");
        assertThat(key).hasContent("another's");
    }

    private Path kubeadm() throws IOException {
        Path pki = Files.createDirectories(folder.resolve("pki"));
        return Files.writeString(pki.resolve("ca.key"), "another's");
    }

    private String refusal(Map<String, String> environment, String script, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("bash", SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("scripts", ".txt");
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }
}
