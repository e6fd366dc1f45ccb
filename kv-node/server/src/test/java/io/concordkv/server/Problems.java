package io.concordkv.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;

/// What every refusal must look like (API §3).
public final class Problems {
    private Problems() {}

    /// Checks status, code, `executed` and the parts all problems share; returns the answer for more.
    public static Response check(Response answer, int status, String code, String executed) {
        String body = answer.asString();
        assertThat(answer.statusCode()).as(body).isEqualTo(status);
        assertThat(answer.contentType()).as(body).startsWith("application/problem+json");
        assertThat(answer.header("Concord-Node")).as("Concord-Node").isEqualTo(RunningNode.NAME);
        assertThat(answer.jsonPath().getString("code")).as(body).isEqualTo(code);
        assertThat(answer.jsonPath().getString("type")).isEqualTo("urn:concordkv:problem:" + code);
        assertThat(answer.jsonPath().getInt("status")).isEqualTo(status);
        assertThat(answer.jsonPath().getString("executed")).as(body).isEqualTo(executed);
        assertThat(answer.jsonPath().getString("title")).isNotBlank();
        assertThat(answer.jsonPath().getString("detail")).isNotBlank();
        assertThat(answer.jsonPath().getMap("")).containsKey("retryable");
        return answer;
    }

    public static Response check(Response answer, int status, String code) {
        return check(answer, status, code, "no");
    }
}
