package io.concordkv.server.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A JVM and what it runs, as an image or `concord nodes` would start it.
///
/// @param launcher    words up to and with the path of `java`; more than one when it runs in another root
/// @param flags       of the JVM
/// @param application `-jar` and a path
/// @param environment all of it: nothing is inherited, so that a run depends on nothing but this record
public record TrainedProgram(
        List<String> launcher, List<String> flags, List<String> application, Map<String, String> environment) {

    public TrainedProgram {
        launcher = List.copyOf(launcher);
        flags = List.copyOf(flags);
        application = List.copyOf(application);
        environment = Map.copyOf(environment);
    }

    /// Runs on this JVM.
    ///
    /// @param folder of `quarkus-run.jar`
    public static TrainedProgram built(Path folder, List<String> flags) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new TrainedProgram(
                List.of(java.toString()),
                flags,
                List.of("-jar", folder.resolve("quarkus-run.jar").toString()),
                Map.of());
    }

    /// The run that writes `cache` when it ends.
    public TrainedProgram recording(Path cache) {
        return with("-XX:AOTCacheOutput=" + cache);
    }

    /// The run that ends at once with a message when the JVM does not take `cache`.
    public TrainedProgram demanding(Path cache) {
        return with("-XX:AOTMode=on", "-XX:AOTCache=" + cache);
    }

    public TrainedProgram with(String... moreFlags) {
        return new TrainedProgram(
                launcher, Stream.concat(flags.stream(), Stream.of(moreFlags)).toList(), application, environment);
    }

    /// @param properties `-Dname=value`
    /// @param arguments  of the application
    public List<String> command(List<String> properties, List<String> arguments) {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(flags);
        command.addAll(properties);
        command.addAll(application);
        command.addAll(arguments);
        return command;
    }

    public ProcessBuilder process(List<String> properties, List<String> arguments) {
        ProcessBuilder process = new ProcessBuilder(command(properties, arguments)).redirectErrorStream(true);
        process.environment().clear();
        process.environment().putAll(environment);
        return process;
    }
}
