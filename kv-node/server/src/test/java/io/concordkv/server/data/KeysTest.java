package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RunningNode;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Single keys over HTTP: what is written comes back, under every condition API §1 names.
@Tag("process")
class KeysTest {
    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void openNode() {
        node = RunningNode.founded(folder, 4);
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    @BeforeEach
    void removeAll() {
        send().delete("/v1/keys?all=true").then().statusCode(200);
    }

    private static RequestSpecification send() {
        return node.data();
    }

    private static String escaped(byte[] key) {
        StringBuilder path = new StringBuilder("/v1/keys/");
        for (byte each : key) {
            path.append('%').append(String.format("%02X", each));
        }
        return path.toString();
    }

    @Test
    void aKeyIsCreatedReplacedAndRemoved() {
        Response created = send().body("1").put("/v1/keys/a");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.jsonPath().getBoolean("created")).isTrue();
        String first = created.jsonPath().getString("revision");
        assertThat(created.header("ETag")).isEqualTo("\"" + first + "\"");

        Response replaced = send().body("2").put("/v1/keys/a");
        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(replaced.jsonPath().getBoolean("created")).isFalse();

        Response read = send().get("/v1/keys/a");
        assertThat(read.asString()).isEqualTo("2");
        assertThat(read.contentType()).startsWith("application/octet-stream");
        assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(read.header("Cache-Control")).isEqualTo("no-store");
        assertThat(read.header("Concord-Create-Revision")).isEqualTo(first);
        assertThat(read.header("Concord-Version")).isEqualTo("2");
        assertThat(read.header("Concord-Shard")).isNotBlank();
        assertThat(read.header("Concord-Leader")).isEqualTo("127.0.0.1:" + node.httpPort());
        assertThat(read.header("Concord-Node")).isEqualTo(RunningNode.NAME);

        assertThat(send().delete("/v1/keys/a").jsonPath().getBoolean("deleted")).isTrue();
        assertThat(send().delete("/v1/keys/a").jsonPath().getBoolean("deleted")).isFalse();
        Problems.check(send().get("/v1/keys/a"), 404, "key-not-found");
    }

    @Test
    void everyByteMayOccurInAKeyAndAValue() {
        for (int each = 0; each < 256; each++) {
            byte[] bytes = {(byte) each};
            assertThat(send().body(bytes).put(escaped(bytes)).statusCode()).isEqualTo(201);
        }
        for (int each = 0; each < 256; each++) {
            byte[] bytes = {(byte) each};
            assertThat(send().get(escaped(bytes)).asByteArray()).isEqualTo(bytes);
        }
        assertThat(send().get("/v1/keys?count-only=true").jsonPath().getInt("count"))
                .isEqualTo(256);
    }

    @Test
    void theLongestKeyAndTheLargestValueFit() {
        byte[] key = new byte[4_096];
        byte[] value = new byte[1 << 20];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        value[value.length - 1] = 7;
        assertThat(send().body(value).put(escaped(key)).statusCode()).isEqualTo(201);
        assertThat(send().get(escaped(key)).asByteArray()).isEqualTo(value);
    }

    @Test
    void slashesAndPlusesAreTakenAsTheyAre() {
        send().body("1").put("/v1/keys/a/b+c").then().statusCode(201);
        assertThat(send().get("/v1/keys/a%2Fb%2Bc").asString()).isEqualTo("1");
        assertThat(send().get("/v1/keyspaces/default/keys/a/b+c").asString()).isEqualTo("1");
        assertThat(send().get("/key/a/b+c").asString()).isEqualTo("1");
        assertThat(send().get("/v1/keys?prefix=a/b+").jsonPath().getList("items"))
                .hasSize(1);
        assertThat(send().get("/v1/keys?prefix=a/b%20").jsonPath().getList("items"))
                .isEmpty();
    }

    @Test
    void anEmptyValueIsAValue() {
        send().put("/v1/keys/empty").then().statusCode(201);
        Response read = send().get("/v1/keys/empty");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.asByteArray()).isEmpty();
    }

    @Test
    void headTellsEverythingButTheValue() {
        send().body("12345").put("/v1/keys/a").then().statusCode(201);
        Response head = send().head("/v1/keys/a");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("5");
        assertThat(head.header("ETag")).isNotBlank();
        assertThat(head.asByteArray()).isEmpty();
    }

    @Test
    void aMatchingTagIsNotSentAgain() {
        String tag = send().body("1").put("/v1/keys/a").header("ETag");
        Response same = send().header("If-None-Match", tag).get("/v1/keys/a");
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.header("ETag")).isEqualTo(tag);
        assertThat(same.asByteArray()).isEmpty();
        assertThat(send().header("If-Match", tag).get("/v1/keys/a").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aConditionThatHoldsLetsTheWriteThrough() {
        String tag = send().header("If-None-Match", "*")
                .body("1")
                .put("/v1/keys/a")
                .then()
                .statusCode(201)
                .extract()
                .header("ETag");
        send().header("If-Match", tag).body("2").put("/v1/keys/a").then().statusCode(200);
        send().header("If-Match", "*").delete("/v1/keys/a").then().statusCode(200);
    }

    @Test
    void aKeyIsGoneSoonAfterItsDeadlineAndNeverBefore() {
        long started = System.nanoTime();
        send().body("1").put("/v1/keys/a?ttl=1s").then().statusCode(201);
        long stored = System.nanoTime();
        String left = send().get("/v1/keys/a").header("Concord-Expires-In");
        assertThat(left).matches("[0-9]+ms");
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> send().get("/v1/keys/a").statusCode() == 404);
        long gone = System.nanoTime();
        assertThat(Duration.ofNanos(gone - started)).isGreaterThanOrEqualTo(Duration.ofMillis(990));
        assertThat(Duration.ofNanos(gone - stored)).isLessThan(Duration.ofMillis(4_000));
        assertThat(send().get("/v1/keys?count-only=true").jsonPath().getInt("count"))
                .isZero();
    }

    @Test
    void aPutWithoutTtlRemovesTheDeadline() {
        send().body("1").put("/v1/keys/a?ttl=1h").then().statusCode(201);
        send().body("2").put("/v1/keys/a").then().statusCode(200);
        assertThat(send().get("/v1/keys/a").header("Concord-Expires-In")).isNull();
    }

    @Test
    void theSameKeyedRequestIsExecutedOnce() {
        Response first = send().header("Idempotency-Key", "once").body("1").put("/v1/keys/a");
        Response again = send().header("Idempotency-Key", "once").body("1").put("/v1/keys/a");
        assertThat(again.statusCode()).isEqualTo(first.statusCode()).isEqualTo(201);
        assertThat(again.asString()).isEqualTo(first.asString());
        assertThat(send().get("/v1/keys/a").header("Concord-Version")).isEqualTo("1");
    }

    @Test
    void aFailedConditionIsRememberedToo() {
        Response first = send().header("Idempotency-Key", "cond")
                .header("If-Match", "*")
                .body("1")
                .put("/v1/keys/a");
        Problems.check(first, 412, "precondition-failed");
        send().body("0").put("/v1/keys/a").then().statusCode(201);
        Response again = send().header("Idempotency-Key", "cond")
                .header("If-Match", "*")
                .body("1")
                .put("/v1/keys/a");
        Problems.check(again, 412, "precondition-failed");
        assertThat(send().get("/v1/keys/a").asString()).isEqualTo("0");
    }

    @Test
    @Provokes("idempotency-mismatch")
    void anotherRequestWithTheSameKeyIsRefused() {
        send().header("Idempotency-Key", "other")
                .body("1")
                .put("/v1/keys/a")
                .then()
                .statusCode(201);
        Problems.check(
                send().header("Idempotency-Key", "other").body("2").put("/v1/keys/a"), 422, "idempotency-mismatch");
        assertThat(send().get("/v1/keys/a").asString()).isEqualTo("1");
    }

    @Test
    void aWeakerReadSaysHowStaleItMayBe() {
        send().body("1").put("/v1/keys/a").then().statusCode(201);
        Response any = send().get("/v1/keys/a?consistency=any");
        assertThat(any.asString()).isEqualTo("1");
        assertThat(any.header("Concord-Staleness")).isNotBlank();
    }

    @Test
    void aWriteTheDiskDoesNotAcknowledgeInTimeIsUnknown() {
        node.host().disk().setDelayMillis(1_500);
        try {
            Response late =
                    Problems.check(send().body("1").put("/v1/keys/slow?timeout=200ms"), 504, "timeout", "unknown");
            assertThat(late.jsonPath().getString("shard")).isNotBlank();
        } finally {
            node.host().disk().setDelayMillis(0);
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> send().get("/v1/keys/slow").statusCode() == 200);
    }

    @Test
    void theOriginOfThisHostMayWrite() {
        send().header("Origin", "http://127.0.0.1:" + node.httpPort())
                .body("1")
                .put("/v1/keys/a")
                .then()
                .statusCode(201);
    }
}
