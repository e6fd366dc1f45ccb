package io.concordkv.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {
    private static final String JSON = "application/json";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=utf-8",
                "*/*",
                "application/*",
                "text/html, */*;q=0.1",
                "text/html;q=0, application/json;q=0.001"
            })
    void headersThatTakeJson(String header) {
        assertThat(Accept.allows(header, JSON)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/*", "application/xml", "application/json;q=0, */*", "*/*;q=0.0", "json"})
    void headersThatDoNot(String header) {
        assertThat(Accept.allows(header, JSON)).isFalse();
        assertThatThrownBy(() -> Accept.check(header, List.of(JSON)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        it -> assertThat(it.problem().code()).isEqualTo(ProblemCode.NOT_ACCEPTABLE))
                .hasMessageContaining(JSON);
    }

    @Test
    void aRequestWithoutTheHeaderTakesEverything() {
        assertThatCode(() -> Accept.check(null, List.of(JSON))).doesNotThrowAnyException();
        assertThatCode(() -> Accept.check("", List.of(JSON))).doesNotThrowAnyException();
    }
}
