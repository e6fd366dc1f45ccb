package io.concordkv.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/// What every refusal must look like (API §3). Codes that were checked are kept for [Provokes].
public final class Problems {
    private static final Set<String> SEEN = new ConcurrentSkipListSet<>();

    private Problems() {}

    /// Checks status, code, `executed` and the parts all problems share; returns the answer for more.
    public static Response check(Response answer, int status, String code, String executed) {
        String body = answer.asString();
        assertThat(answer.statusCode()).as(body).isEqualTo(status);
        assertThat(answer.contentType()).as(body).startsWith("application/problem+json");
        assertThat(answer.header("Concord-Node")).as("Concord-Node").matches("n[1-9]");
        parts(body, status, code, executed);
        return answer;
    }

    public static Response check(Response answer, int status, String code) {
        return check(answer, status, code, "no");
    }

    /// Checks an answer as it came over the wire.
    ///
    /// @param answer head and body
    public static void check(String answer, int status, String code) {
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        assertThat(answer.toLowerCase(java.util.Locale.ROOT))
                .contains("content-type: application/problem+json", "concord-node: n");
        parts(answer.substring(answer.indexOf("\r\n\r\n") + 4), status, code, "no");
    }

    private static void parts(String body, int status, String code, String executed) {
        JsonPath json = new JsonPath(body);
        assertThat(json.getString("code")).as(body).isEqualTo(code);
        assertThat(json.getString("type")).isEqualTo("urn:concordkv:problem:" + code);
        assertThat(json.getInt("status")).isEqualTo(status);
        assertThat(json.getString("executed")).as(body).isEqualTo(executed);
        assertThat(json.getString("title")).isNotBlank();
        assertThat(json.getString("detail")).isNotBlank();
        assertThat(json.getMap("")).containsKey("retryable");
        SEEN.add(code);
    }

    static void forget() {
        SEEN.clear();
    }

    static Set<String> seen() {
        return Set.copyOf(SEEN);
    }
}
