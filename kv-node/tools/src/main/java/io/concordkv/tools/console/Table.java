package io.concordkv.tools.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Columns under headings, as wide as their widest cell.
public final class Table {
    private static final String GAP = "  ";
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    public Table row(Object... cells) {
        List<String> texts = new ArrayList<>();
        for (Object cell : cells) {
            texts.add(String.valueOf(cell));
        }
        rows.add(texts);
        return this;
    }

    public void print(PrintStream out) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(i == 0 ? "" : GAP).append(row.get(i));
                line.repeat(
                        ' ', i + 1 == widths.length ? 0 : widths[i] - row.get(i).length());
            }
            out.println(line);
        }
    }
}
