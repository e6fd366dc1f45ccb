package io.concordkv.tools.console;

/// What every command exits with.
public final class ExitCode {
    public static final int DONE = 0;
    /// Refused, absent, or a finding.
    public static final int REFUSED = 1;
    public static final int USAGE = 2;
    /// The request may have happened.
    public static final int UNKNOWN = 3;

    private ExitCode() {}
}
