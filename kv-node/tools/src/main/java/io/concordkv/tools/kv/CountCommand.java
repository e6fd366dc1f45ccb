package io.concordkv.tools.kv;

import io.concordkv.client.ConcordClient;
import io.concordkv.tools.connect.DataOptions;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.OutputOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `concord kv count`
@Command(name = "count", description = "Count keys.", mixinStandardHelpOptions = true)
final class CountCommand implements Callable<Integer> {
    @Mixin
    private DataOptions cluster = new DataOptions();

    @Mixin
    private RangeOptions range = new RangeOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        try (ConcordClient client = cluster.connect(false)) {
            long count = client.keyspace(cluster.keyspace()).count(range.parameters());
            System.out.println(output.isJson() ? JsonText.line(JsonText.object().put("count", count)) : count + "");
            return ExitCode.DONE;
        }
    }
}
