package io.concordkv.tools.kv;

import io.concordkv.client.ConcordClient;
import io.concordkv.tools.connect.DataOptions;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.OutputOption;
import io.concordkv.tools.console.Table;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.ListParameters;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord kv scan`: keys and values in order; as JSON one item a line.
@Command(name = "scan", description = "Print keys and values in order.", mixinStandardHelpOptions = true)
final class ScanCommand implements Callable<Integer> {
    @Mixin
    private DataOptions cluster = new DataOptions();

    @Mixin
    private RangeOptions range = new RangeOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--limit",
            defaultValue = "100",
            paramLabel = "N",
            description = "at most N keys, default ${DEFAULT-VALUE}; 0 = all")
    private int limit;

    @Option(names = "--reverse", description = "from the last key down")
    private boolean reverse;

    @Option(names = "--keys-only", description = "without values")
    private boolean keysOnly;

    @Override
    public Integer call() throws IOException {
        int page = limit == 0 ? Limits.DEFAULT.pageItemsMax() : Math.min(limit, Limits.DEFAULT.pageItemsMax());
        ListParameters parameters =
                range.parameters().withLimit(page).withReverse(reverse).withKeysOnly(keysOnly);
        Table table = new Table("KEY", "VALUE", "REVISION");
        int shown = 0;
        try (ConcordClient client = cluster.connect(false)) {
            for (ListItem item : client.keyspace(cluster.keyspace()).scan(parameters)) {
                byte[] value = item.value();
                if (output.isJson()) {
                    System.out.write(ListJson.line(new ListJson.Line.Item(item), false));
                } else {
                    table.row(Text.printable(item.key()), value == null ? "" : Text.printable(value), item.revision());
                }
                shown++;
                if (shown == limit) {
                    break;
                }
            }
        }
        if (!output.isJson()) {
            table.print(System.out);
        }
        System.out.flush();
        return ExitCode.DONE;
    }
}
