package io.concordkv.tools.console;

/// Ends a command with a message for a person and an exit code.
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int exitCode;

    public CommandFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    public static CommandFailure refused(String message) {
        return new CommandFailure(ExitCode.REFUSED, message);
    }

    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    public int exitCode() {
        return exitCode;
    }
}
