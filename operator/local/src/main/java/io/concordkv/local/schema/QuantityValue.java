package io.concordkv.local.schema;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Kubernetes quantity such as `500m`, `1Gi` or `1e3`, as CEL rules compare them.
public record QuantityValue(BigDecimal amount) implements Comparable<QuantityValue> {
    private static final Pattern FORM =
            Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+))(?:([eE][+-]?\\d+)|([KMGTPE]i|[numkMGTPE]))?");
    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("n", new BigDecimal("1e-9")),
            Map.entry("u", new BigDecimal("1e-6")),
            Map.entry("m", new BigDecimal("1e-3")),
            Map.entry("k", new BigDecimal("1e3")),
            Map.entry("M", new BigDecimal("1e6")),
            Map.entry("G", new BigDecimal("1e9")),
            Map.entry("T", new BigDecimal("1e12")),
            Map.entry("P", new BigDecimal("1e15")),
            Map.entry("E", new BigDecimal("1e18")),
            Map.entry("Ki", binary(1)),
            Map.entry("Mi", binary(2)),
            Map.entry("Gi", binary(3)),
            Map.entry("Ti", binary(4)),
            Map.entry("Pi", binary(5)),
            Map.entry("Ei", binary(6)));

    private static BigDecimal binary(int power) {
        return BigDecimal.valueOf(1024).pow(power);
    }

    public static Optional<QuantityValue> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String exponent = matcher.group(2);
        String suffix = matcher.group(3);
        if (exponent != null) {
            number = number.scaleByPowerOfTen(Integer.parseInt(exponent.substring(1)));
        } else if (suffix != null) {
            number = number.multiply(FACTORS.getOrDefault(suffix, BigDecimal.ONE));
        }
        return Optional.of(new QuantityValue(number));
    }

    /// True when it fits a 64-bit integer exactly.
    public boolean isInteger() {
        BigDecimal plain = amount.stripTrailingZeros();
        return plain.scale() <= 0 && plain.toBigInteger().bitLength() < Long.SIZE;
    }

    @Override
    public int compareTo(QuantityValue other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuantityValue value && amount.compareTo(value.amount) == 0;
    }

    @Override
    public int hashCode() {
        return amount.stripTrailingZeros().hashCode();
    }
}
