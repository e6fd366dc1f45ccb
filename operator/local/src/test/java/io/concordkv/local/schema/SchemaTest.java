package io.concordkv.local.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.concordkv.local.object.StatusException.Cause;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Defaults, unknown fields, validation and CEL rules of a custom resource.
class SchemaTest {
    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) new YAMLMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(List<Cause> causes) {
        return causes.stream().map(Cause::toString).toList();
    }

    @Test
    void defaultsAreFilledInAlsoInsideDefaults() {
        Schema schema = Schema.of(yaml("""
                type: object
                properties:
                  a: {type: integer, default: 3}
                  b:
                    type: object
                    default: {}
                    properties:
                      c: {type: string, default: deep}
                  list:
                    type: array
                    items: {type: object, properties: {d: {type: boolean, default: true}}}
                """));
        ObjectNode value = yaml("{a: 1, list: [{}, {d: false}]}");
        Defaults.apply(schema, value);
        assertThat(value).isEqualTo(yaml("{a: 1, list: [{d: true}, {d: false}], b: {c: deep}}"));
    }

    @Test
    void unknownFieldsAreDroppedAndNamed() {
        Schema schema = Schema.of(yaml("""
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      list: {type: array, items: {type: object, properties: {a: {type: string}}}}
                      free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                      map: {type: object, additionalProperties: {type: string}}
                """));
        ObjectNode value = yaml(
                "{apiVersion: v1, kind: K, metadata: {}, spec: {list: [{a: x, b: y}], free: {x: 1}, map: {k: v}, typo: 1}, extra: 1}");
        assertThat(UnknownFields.prune(schema, value))
                .containsExactlyInAnyOrder("spec.list[0].b", "spec.typo", "extra");
        assertThat(value)
                .isEqualTo(yaml(
                        "{apiVersion: v1, kind: K, metadata: {}, spec: {list: [{a: x}], free: {x: 1}, map: {k: v}}}"));
    }

    @Test
    void findingsAreWordedAsTheRealServerWordsThem() {
        Schema schema = Schema.of(yaml("""
                type: object
                required: [must]
                properties:
                  must: {type: string}
                  number: {type: integer, minimum: 1, maximum: 9}
                  half: {type: number, multipleOf: 0.5}
                  text: {type: string, pattern: '^[a-z]+$', maxLength: 3}
                  short: {type: string, minLength: 2}
                  choice: {type: string, enum: [a, b]}
                  many: {type: array, maxItems: 1, items: {type: string}}
                  set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                  either: {anyOf: [{type: integer}, {type: string}], x-kubernetes-int-or-string: true}
                  time: {type: string, format: date-time}
                """));
        ObjectNode bad = yaml(
                "{number: 0, half: 0.3, text: ABCD, short: x, choice: c, many: [a, b], set: [a, a], either: true, time: noon}");
        assertThat(texts(Validator.validate(schema, bad)))
                .containsExactlyInAnyOrder(
                        "must: Required value",
                        "number: Invalid value: 0: number in body should be greater than or equal to 1",
                        "half: Invalid value: 0.3: half in body should be a multiple of 0.5",
                        "text: Too long: may not be more than 3 bytes",
                        "text: Invalid value: \"ABCD\": text in body should match '^[a-z]+$'",
                        "short: Invalid value: \"x\": short in body should be at least 2 chars long",
                        "choice: Unsupported value: \"c\": supported values: \"a\", \"b\"",
                        "many: Too many: 2: must have at most 1 items",
                        "set[1]: Duplicate value: \"a\"",
                        "either: Invalid value: \"boolean\": either in body must be of type integer or string: \"boolean\"",
                        "time: Invalid value: \"noon\": time in body must be of type date-time: \"noon\"");
        assertThat(
                        Validator.validate(
                                schema,
                                yaml(
                                        "{must: x, number: 9, half: 1.5, text: abc, choice: a, either: 5, time: '2026-01-01T00:00:00.5Z'}")))
                .isEmpty();
    }

    @Nested
    class RulesInCel {
        private List<String> check(String schema, String value, String old) {
            return texts(Rules.check(Schema.of(yaml(schema)), yaml(value), old.isEmpty() ? null : yaml(old)));
        }

        @Test
        void aRuleSeesItsValueAndNamesItsPath() {
            String schema = "{type: object, properties: {spec: {type: object, properties: {n: {type: integer}},"
                    + " x-kubernetes-validations: [{rule: 'self.n % 2 == 1', message: n must be odd},"
                    + " {rule: 'self.n < 9', messageExpression: \"'n is ' + string(self.n)\", fieldPath: .n, reason: FieldValueForbidden}]}}}";
            assertThat(check(schema, "{spec: {n: 10}}", ""))
                    .containsExactly("spec: Invalid value: n must be odd", "spec.n: Forbidden: n is 10");
            assertThat(check(schema, "{spec: {n: 3}}", "")).isEmpty();
        }

        @Test
        void aTransitionRuleNeedsAnOldValue() {
            String schema = "{type: object, properties: {a: {type: string,"
                    + " x-kubernetes-validations: [{rule: self == oldSelf, message: a is immutable}]},"
                    + " list: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name],"
                    + " items: {type: object, properties: {name: {type: string}, v: {type: integer}},"
                    + " x-kubernetes-validations: [{rule: self.v >= oldSelf.v, message: v must not shrink}]}}}}";
            assertThat(check(schema, "{a: x}", "")).isEmpty();
            assertThat(check(schema, "{a: x}", "{}")).isEmpty();
            assertThat(check(schema, "{a: x}", "{a: y}")).containsExactly("a: Invalid value: \"x\": a is immutable");
            assertThat(check(
                            schema,
                            "{list: [{name: p, v: 1}, {name: q, v: 2}]}",
                            "{list: [{name: q, v: 3}, {name: p, v: 1}]}"))
                    .containsExactly("list[1]: Invalid value: v must not shrink");
        }

        @Test
        void optionalOldSelfIsEvaluatedOnCreateToo() {
            String schema = "{type: object, properties: {a: {type: string, x-kubernetes-validations:"
                    + " [{rule: \"oldSelf.hasValue() || self == 'first'\", optionalOldSelf: true, message: starts with first}]}}}";
            assertThat(check(schema, "{a: x}", "")).containsExactly("a: Invalid value: \"x\": starts with first");
            assertThat(check(schema, "{a: x}", "{a: y}")).isEmpty();
        }

        @Test
        void quantitiesListsAndEscapedNames() {
            String schema =
                    "{type: object, properties: {q: {type: string}, namespace: {type: string}, l: {type: array, items: {type: integer}}},"
                            + " x-kubernetes-validations: [%s]}";
            String value = "{q: 1500m, namespace: ns, l: [1, 2, 3]}";
            for (String rule : List.of(
                    "quantity(self.q).compareTo(quantity('1')) > 0",
                    "quantity(self.q).isLessThan(quantity('2'))",
                    "quantity(self.q).add(quantity('500m')).asInteger() == 2",
                    "isQuantity(self.q) && !isQuantity('much')",
                    "self.__namespace__ == 'ns'",
                    "self.l.isSorted() && self.l.sum() == 6 && self.l.max() == 3 && self.l.indexOf(2) == 1",
                    "self.q.find('[a-z]') == 'm'",
                    "has(self.q) && !has(self.missing)",
                    "self.q.matches('^[0-9]+m$') && self.q.upperAscii() == '1500M'")) {
                String text = schema.formatted("{rule: \"" + rule + "\"}");
                assertThat(check(text, value, "")).as(rule).isEmpty();
            }
        }

        @Test
        void aRuleThatCannotBeEvaluatedRefusesAndOneThatCannotBeReadIsReported() {
            String schema = "{type: object, properties: {m: {type: object, additionalProperties: {type: string},"
                    + " x-kubernetes-validations: [{rule: \"self['absent'] == 'x'\"}]}}}";
            assertThat(check(schema, "{m: {a: b}}", ""))
                    .singleElement()
                    .asString()
                    .contains("rule evaluation error");
            Schema broken = Schema.of(yaml("{type: object, x-kubernetes-validations: [{rule: 'self. =='}]}"));
            assertThat(texts(Rules.compile(broken, "schema")))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "schema.x-kubernetes-validations[0].rule: Invalid value: \"self. ==\": compilation failed");
        }
    }

    @Test
    void quantitiesOfAllSuffixesAreCompared() {
        assertThat(QuantityValue.parse("1Gi")).isEqualTo(QuantityValue.parse("1024Mi"));
        assertThat(QuantityValue.parse("1e3")).isEqualTo(QuantityValue.parse("1k"));
        assertThat(QuantityValue.parse("0.5")).isEqualTo(QuantityValue.parse("500m"));
        assertThat(QuantityValue.parse("1E")).isPresent();
        for (String wrong : List.of("", "1 Gi", "Gi", "1gi", "--1", "1.2.3")) {
            assertThat(QuantityValue.parse(wrong)).as(wrong).isEmpty();
        }
    }
}
