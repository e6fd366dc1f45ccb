package io.concordkv.server.metric;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Metrics of one look at the node, family by family, in the order they were first named.
final class Families {
    private static final String PREFIX = "concord_";

    private record Family(Collector.Type type, String help, List<Sample> samples) {}

    private final Map<String, Family> families = new LinkedHashMap<>();

    /// @param labels names and values by turns
    void gauge(String name, String help, double value, String... labels) {
        add(Collector.Type.GAUGE, PREFIX + name, "", help, value, labels);
    }

    /// @param name without `_total`, which is added
    void counter(String name, String help, double value, String... labels) {
        add(Collector.Type.COUNTER, PREFIX + name, "_total", help, value, labels);
    }

    /// How often and how long together, as `_count` and `_sum`.
    void summary(String name, String help, double count, double sum, String... labels) {
        add(Collector.Type.SUMMARY, PREFIX + name, "_count", help, count, labels);
        add(Collector.Type.SUMMARY, PREFIX + name, "_sum", help, sum, labels);
    }

    private void add(Collector.Type type, String name, String suffix, String help, double value, String... labels) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < labels.length; i += 2) {
            names.add(labels[i]);
            values.add(labels[i + 1]);
        }
        families.computeIfAbsent(name, it -> new Family(type, help, new ArrayList<>()))
                .samples()
                .add(new Sample(name + suffix, names, values, value));
    }

    List<MetricFamilySamples> toList() {
        List<MetricFamilySamples> list = new ArrayList<>();
        families.forEach((name, family) ->
                list.add(new MetricFamilySamples(name, family.type(), family.help(), family.samples())));
        return list;
    }
}
