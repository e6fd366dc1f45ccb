package io.concordkv.local.schema;

import dev.cel.bundle.CelBuilder;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload.Binary;
import dev.cel.runtime.CelFunctionOverload.Unary;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The functions Kubernetes adds to CEL that schemas use: quantities, regular expressions and
/// lists. Missing: URL, IP, CIDR, semver and format functions.
final class KubernetesFunctions {
    private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");

    private final CelBuilder cel;

    private KubernetesFunctions(CelBuilder cel) {
        this.cel = cel;
    }

    static void addTo(CelBuilder cel) {
        KubernetesFunctions functions = new KubernetesFunctions(cel);
        functions.quantities();
        functions.expressions();
        functions.lists();
    }

    private void quantities() {
        global(
                "isQuantity",
                SimpleType.BOOL,
                SimpleType.STRING,
                String.class,
                text -> QuantityValue.parse(text).isPresent());
        cel.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                "quantity", CelOverloadDecl.newGlobalOverload("quantity_string", QUANTITY, SimpleType.STRING)));
        cel.addFunctionBindings(CelFunctionBinding.from(
                "quantity_string",
                String.class,
                text -> QuantityValue.parse(text)
                        .orElseThrow(() -> new CelEvaluationException("\"" + text + "\" is not a quantity"))));
        onQuantity("compareTo", SimpleType.INT, (a, b) -> (long) a.compareTo(b));
        onQuantity("isGreaterThan", SimpleType.BOOL, (a, b) -> a.compareTo(b) > 0);
        onQuantity("isLessThan", SimpleType.BOOL, (a, b) -> a.compareTo(b) < 0);
        cel.addFunctionDeclarations(
                sum("add"),
                sum("sub"),
                unary("sign", SimpleType.INT),
                unary("isInteger", SimpleType.BOOL),
                unary("asInteger", SimpleType.INT),
                unary("asApproximateFloat", SimpleType.DOUBLE));
        cel.addFunctionBindings(
                binary("add", (a, b) -> new QuantityValue(a.amount().add(b.amount()))),
                binary("sub", (a, b) -> new QuantityValue(a.amount().subtract(b.amount()))),
                CelFunctionBinding.from(
                        "add_quantity_int",
                        QuantityValue.class,
                        Long.class,
                        (a, b) -> new QuantityValue(a.amount().add(BigDecimal.valueOf(b)))),
                CelFunctionBinding.from(
                        "sub_quantity_int",
                        QuantityValue.class,
                        Long.class,
                        (a, b) -> new QuantityValue(a.amount().subtract(BigDecimal.valueOf(b)))),
                of("sign", value -> (long) value.amount().signum()),
                of("isInteger", QuantityValue::isInteger),
                of("asApproximateFloat", value -> value.amount().doubleValue()),
                CelFunctionBinding.from("asInteger_quantity", QuantityValue.class, value -> {
                    if (!value.isInteger()) {
                        throw new CelEvaluationException("cannot convert value to integer");
                    }
                    return value.amount().longValueExact();
                }));
    }

    private void expressions() {
        cel.addFunctionDeclarations(
                CelFunctionDecl.newFunctionDeclaration(
                        "find",
                        CelOverloadDecl.newMemberOverload(
                                "string_find", SimpleType.STRING, SimpleType.STRING, SimpleType.STRING)),
                CelFunctionDecl.newFunctionDeclaration(
                        "findAll",
                        CelOverloadDecl.newMemberOverload(
                                "string_find_all",
                                ListType.create(SimpleType.STRING),
                                SimpleType.STRING,
                                SimpleType.STRING)));
        cel.addFunctionBindings(
                CelFunctionBinding.from("string_find", String.class, String.class, (text, pattern) -> {
                    Matcher matcher = Pattern.compile(pattern).matcher(text);
                    return matcher.find() ? matcher.group() : "";
                }),
                CelFunctionBinding.from(
                        "string_find_all",
                        String.class,
                        String.class,
                        (text, pattern) -> Pattern.compile(pattern)
                                .matcher(text)
                                .results()
                                .map(java.util.regex.MatchResult::group)
                                .toList()));
    }

    private void lists() {
        CelType list = ListType.create(SimpleType.DYN);
        cel.addFunctionDeclarations(
                member("isSorted", SimpleType.BOOL, list),
                member("sum", SimpleType.DYN, list),
                member("min", SimpleType.DYN, list),
                member("max", SimpleType.DYN, list),
                CelFunctionDecl.newFunctionDeclaration(
                        "indexOf",
                        CelOverloadDecl.newMemberOverload("list_index_of", SimpleType.INT, list, SimpleType.DYN)));
        cel.addFunctionBindings(
                CelFunctionBinding.from("list_isSorted", List.class, values -> {
                    List<Comparable<Object>> items = comparable(values);
                    return items.equals(items.stream().sorted().toList());
                }),
                CelFunctionBinding.from("list_sum", List.class, KubernetesFunctions::sumOf),
                CelFunctionBinding.from(
                        "list_min",
                        List.class,
                        values -> comparable(values).stream()
                                .min(Comparable::compareTo)
                                .orElseThrow(() -> new CelEvaluationException("min called on empty list"))),
                CelFunctionBinding.from(
                        "list_max",
                        List.class,
                        values -> comparable(values).stream()
                                .max(Comparable::compareTo)
                                .orElseThrow(() -> new CelEvaluationException("max called on empty list"))),
                CelFunctionBinding.from(
                        "list_index_of", List.class, Object.class, (values, wanted) -> (long) values.indexOf(wanted)));
    }

    private static Object sumOf(List<?> values) {
        boolean whole = values.stream().allMatch(Long.class::isInstance);
        if (whole) {
            return values.stream().mapToLong(value -> (Long) value).sum();
        }
        return values.stream()
                .mapToDouble(value -> ((Number) value).doubleValue())
                .sum();
    }

    @SuppressWarnings("unchecked") // a list of one scalar type, or the comparison fails
    private static List<Comparable<Object>> comparable(List<?> values) {
        List<Comparable<Object>> items = new ArrayList<>();
        values.forEach(value -> items.add((Comparable<Object>) value));
        return items;
    }

    private <T> void global(String name, CelType result, CelType argument, Class<T> type, Unary<T> body) {
        cel.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newGlobalOverload(name + "_overload", result, argument)));
        cel.addFunctionBindings(CelFunctionBinding.from(name + "_overload", type, body));
    }

    private void onQuantity(String name, CelType result, Binary<QuantityValue, QuantityValue> body) {
        cel.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newMemberOverload(name + "_quantity", result, QUANTITY, QUANTITY)));
        cel.addFunctionBindings(binary(name, body));
    }

    private static CelFunctionDecl sum(String name) {
        return CelFunctionDecl.newFunctionDeclaration(
                name,
                CelOverloadDecl.newMemberOverload(name + "_quantity", QUANTITY, QUANTITY, QUANTITY),
                CelOverloadDecl.newMemberOverload(name + "_quantity_int", QUANTITY, QUANTITY, SimpleType.INT));
    }

    private static CelFunctionDecl unary(String name, CelType result) {
        return CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newMemberOverload(name + "_quantity", result, QUANTITY));
    }

    private static CelFunctionDecl member(String name, CelType result, CelType receiver) {
        return CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newMemberOverload("list_" + name, result, receiver));
    }

    private static CelFunctionBinding binary(String name, Binary<QuantityValue, QuantityValue> body) {
        return CelFunctionBinding.from(name + "_quantity", QuantityValue.class, QuantityValue.class, body);
    }

    private static CelFunctionBinding of(String name, Unary<QuantityValue> body) {
        return CelFunctionBinding.from(name + "_quantity", QuantityValue.class, body);
    }
}
