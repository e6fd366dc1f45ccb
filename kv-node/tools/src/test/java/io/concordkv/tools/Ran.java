package io.concordkv.tools;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// One run of the command line inside the test: exit code and what it printed.
public record Ran(int exitCode, String out, String err) {
    public static Ran concord(String... arguments) {
        return withInput("", arguments);
    }

    public static Ran withInput(String input, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        InputStream in = System.in;
        var captured = new ByteArrayOutputStream();
        var complaints = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complaints, true, StandardCharsets.UTF_8));
            System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            int exitCode = ConcordCommand.execute(arguments);
            return new Ran(
                    exitCode, captured.toString(StandardCharsets.UTF_8), complaints.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
            System.setIn(in);
        }
    }
}
