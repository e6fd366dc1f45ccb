package io.concordkv.wire;

import static io.concordkv.wire.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
    private static void check(String json) {
        JsonBody.checkObject(Golden.utf8(json));
    }

    @Test
    void isAnObjectOfAnyFields() {
        check("{}");
        check("{\"a\":1,\"b\":{\"a\":[true,\"x\",{\"a\":1},{\"a\":2}]}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "1",
                "\"x\"",
                "{\"a\":null}",
                "{\"a\":[1,null]}",
                "{\"a\":1,\"a\":1}",
                "{\"b\":[{\"a\":1,\"\\u0061\":2}]}"
            })
    void anotherDocumentIsRefused(String json) {
        assertThat(refused(ProblemCode.INVALID_ARGUMENT, () -> check(json)).detail())
                .startsWith("line 1, column ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} x", "{'a':1}", "{\"a\":}", "{\"a\":[1,]}"})
    void whatIsNoJsonIsRefused(String json) {
        refused(ProblemCode.INVALID_JSON, () -> check(json));
    }
}
