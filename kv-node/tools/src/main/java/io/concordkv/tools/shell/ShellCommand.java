package io.concordkv.tools.shell;

import io.concordkv.client.ConcordClient;
import io.concordkv.tools.connect.AdminPorts;
import io.concordkv.tools.connect.DataOptions;
import io.concordkv.tools.console.ExitCode;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord shell`: on a terminal with history and completion, else lines from standard input.
@Command(
        name = "shell",
        description = "Interactive shell: SET GET DEL COUNT SCAN STATUS ENGINE HELP QUIT.",
        mixinStandardHelpOptions = true)
public final class ShellCommand implements Callable<Integer> {
    @Mixin
    private DataOptions cluster = new DataOptions();

    @Option(
            names = "--admin",
            paramLabel = "http://HOST:PORT",
            description = "admin port for ENGINE; found by itself on this machine")
    private @Nullable String admin;

    @Override
    @SuppressWarnings("SystemConsoleNull") // it is declared nullable
    public Integer call() throws IOException {
        try (ConcordClient client = cluster.connect(true)) {
            ShellSession session = new ShellSession(
                    client,
                    cluster.keyspace(),
                    () -> AdminPorts.find(admin, cluster.directory(), cluster.endpoints()),
                    System.out);
            Console console = System.console();
            if (console != null && console.isTerminal()) {
                interactive(session);
            } else {
                piped(session, System.out);
            }
            return session.hasFailed() ? ExitCode.REFUSED : ExitCode.DONE;
        }
    }

    private void interactive(ShellSession session) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .completer(new StringsCompleter(ShellSession.WORDS))
                    .variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), ".concord_history"))
                    .build();
            System.out.println("HELP lists the commands, QUIT ends.");
            boolean goesOn = true;
            while (goesOn) {
                goesOn = session.execute(reader.readLine("concord> "));
            }
        } catch (EndOfFileException | UserInterruptException e) {
            System.out.println();
        }
        session.forgive();
    }

    private static void piped(ShellSession session, PrintStream out) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean goesOn = true;
        for (String line = in.readLine(); goesOn && line != null; line = goesOn ? in.readLine() : null) {
            goesOn = session.execute(line);
        }
        out.flush();
    }
}
