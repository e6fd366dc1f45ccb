package io.concordkv.tools.console;

/// What `-o` takes.
public enum OutputFormat {
    TABLE,
    JSON
}
