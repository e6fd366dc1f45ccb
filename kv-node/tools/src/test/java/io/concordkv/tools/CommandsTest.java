package io.concordkv.tools;

import static io.concordkv.tools.Ran.concord;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Bytes;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.FileDisk;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalOptions;
import io.concordkv.wal.WalRecord;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private FakeNode node;

    @BeforeEach
    void start() throws IOException {
        node = new FakeNode();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Ran kv(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "kv";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--endpoint";
        all[words.length + 2] = "http://" + node.endpoint();
        return concord(all);
    }

    private Ran admin(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "admin";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--admin";
        all[words.length + 2] = node.adminEndpoint();
        return concord(all);
    }

    @Nested
    class Kv {
        @Test
        void putsGetsAndDeletes() {
            assertThat(kv("put", "a b", "ä").out()).isEqualTo("created, revision 1\n");
            assertThat(kv("put", "a b", "ö").out()).isEqualTo("replaced, revision 2\n");
            assertThat(kv("get", "a b").out()).isEqualTo("ö\n");
            assertThat(kv("get", "a b", "-o", "json").out())
                    .startsWith("{\"key\":\"a b\",\"value\":\"ö\",\"revision\":\"2\"");
            assertThat(kv("del", "a b").exitCode()).isZero();
            assertThat(kv("del", "a b").exitCode()).isEqualTo(1);
        }

        @Test
        void saysWhenAKeyIsAbsent() {
            var ran = kv("get", "nothing");
            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.err()).contains("no key 'nothing'");
            assertThat(ran.out()).isEmpty();
        }

        @Test
        void scansAndCounts() {
            for (int i = 0; i < 5; i++) {
                kv("put", "k" + i, "v" + i);
            }
            assertThat(kv("scan", "--prefix", "k", "--limit", "2").out().lines())
                    .containsExactly("KEY  VALUE  REVISION", "k0   v0     1", "k1   v1     2");
            assertThat(kv("scan", "--limit", "0", "-o", "json").out().lines()).hasSize(5);
            assertThat(kv("count", "--prefix", "k").out()).isEqualTo("5\n");
            assertThat(kv("count", "-o", "json").out()).isEqualTo("{\"count\":5}\n");
        }

        @Test
        void exportsWhatItImports(@TempDir Path directory) throws IOException {
            Path file = directory.resolve("dump.ndjson");
            for (int i = 0; i < 2500; i++) {
                byte[] key = {(byte) 0xff, (byte) (i >> 8), (byte) i};
                node.rows.put(Bytes.wrap(key), new io.concordkv.wire.ListItem(key, new byte[] {(byte) i}, 1));
            }
            var before = java.util.List.copyOf(node.rows.keySet());
            assertThat(kv("export", file.toString()).err()).contains("2500 keys exported");
            assertThat(Files.readAllLines(file).getLast()).isEqualTo("{\"end\":true,\"count\":2500}");
            node.rows.clear();
            assertThat(kv("import", file.toString()).err()).contains("2500 keys imported");
            assertThat(node.rows.keySet()).containsExactlyElementsOf(before);
        }

        @Test
        void importNamesTheLineThatIsWrong(@TempDir Path directory) throws IOException {
            Path file = directory.resolve("bad.ndjson");
            Files.writeString(file, "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"b\"}\n");
            var ran = kv("import", file.toString());
            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.err()).contains("line 2: no value");
        }

        @Test
        void exitsWithThreeWhenTheOutcomeIsUnknown() {
            node.writeProblem = Problem.of(ProblemCode.OUTCOME_UNKNOWN, "the leader went away");
            var ran = kv("put", "a", "1");
            assertThat(ran.exitCode()).isEqualTo(3);
            assertThat(ran.err()).contains("outcome-unknown").contains("the leader went away");
        }

        @Test
        void exitsWithOneWhenRefused() {
            node.writeProblem = Problem.of(ProblemCode.STORAGE_FULL, "disk full");
            assertThat(kv("put", "a", "1").exitCode()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "nonsense", "kv", "kv get", "kv get a --endpoint nowhere", "kv get a -k Big", "kv put a b --ttl 5",
                "nodes", "nodes 2 --dir x", "nodes 3", "nodes stop", "admin", "admin reserve", "kv get a -o xml"
            })
    void wrongUsageExitsWithTwo(String line) {
        var ran = concord(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nodes",
                "nodes start",
                "kv",
                "kv get",
                "kv import",
                "shell",
                "admin",
                "admin status",
                "admin keyspaces create"
            })
    void everyCommandHasHelp(String line) {
        var ran = concord((line + " --help").strip().split(" "));
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("Usage:");
    }

    @Nested
    class Admin {
        private static final String CLUSTER = """
                {"clusterId":"aa","epoch":4,"nodes":[{"nodeId":"1","name":"n1","state":"serving","zone":""}],
                 "keyspaces":[{"name":"default","engine":"memory","mode":"hash","shards":8,
                               "durability":"sync","replicationFactor":3}],
                 "shards":[{"id":"0","quorate":true,"leader":"1","term":2,"commitIndex":9,
                            "replicas":[{"nodeId":"1","role":"voter","matchIndex":9}]},
                           {"id":"1","keyspace":"default","quorate":%s,"term":1,"replicas":[]}]}""";

        @Test
        void statusShowsTheCluster() {
            node.adminAnswers.put("GET /admin/v1/cluster", new FakeNode.Played(200, CLUSTER.formatted("true")));
            var ran = admin("status");
            assertThat(ran.exitCode()).isZero();
            assertThat(ran.out())
                    .contains("cluster aa, epoch 4")
                    .contains("n1")
                    .contains("memory")
                    .contains("1@9");
            assertThat(admin("status", "-o", "json").out()).startsWith("{");
            assertThat(admin("keyspaces").out()).contains("default");
        }

        @Test
        void statusNamesDamagedCopies() {
            String cluster = CLUSTER.formatted("true")
                    .replace("\"name\":\"n1\",", "\"name\":\"n1\",\"admin\":\"" + node.adminEndpoint() + "\",");
            node.adminAnswers.put("GET /admin/v1/cluster", new FakeNode.Played(200, cluster));
            node.adminAnswers.put(
                    "GET /admin/v1/node",
                    new FakeNode.Played(200, "{\"state\":\"serving\",\"damagedShards\":{\"0\":\"rot at 77\"}}"));
            assertThat(admin("status").out())
                    .contains("serving (1 damaged)")
                    .contains("1(damaged)@9")
                    .contains("damaged: shard 0 on node 1 (n1): rot at 77");
            assertThat(admin("status", "-o", "json").out())
                    .containsPattern("\"damaged\" *: *\"rot at 77\"")
                    .contains("damagedShards");
        }

        @Test
        void statusSaysOfWhichNodesDamageIsNotKnown() {
            String cluster =
                    CLUSTER.formatted("true").replace("\"name\":\"n1\",", "\"name\":\"n1\",\"admin\":\"127.0.0.1:1\",");
            node.adminAnswers.put("GET /admin/v1/cluster", new FakeNode.Played(200, cluster));
            var ran = admin("status");
            assertThat(ran.exitCode()).isZero();
            assertThat(ran.err()).contains("not known of n1 at 127.0.0.1:1");
        }

        @Test
        void statusExitsWithOneWithoutAQuorum() {
            node.adminAnswers.put("GET /admin/v1/cluster", new FakeNode.Played(200, CLUSTER.formatted("false")));
            assertThat(admin("status").exitCode()).isEqualTo(1);
        }

        @Test
        void aRefusalShowsItsReasons() {
            node.adminAnswers.put(
                    "POST /admin/v1/nodes/2:reserve",
                    new FakeNode.Played(
                            409,
                            "{\"code\":\"would-lose-quorum\",\"detail\":\"not now\",\"executed\":\"no\",\"reasons\":[\"shard 3\"]}"));
            var ran = admin("reserve", "2", "--purpose", "disk", "--owner", "me");
            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.err()).contains("would-lose-quorum: not now").contains("shard 3");
            assertThat(node.adminBodies.get("POST /admin/v1/nodes/2:reserve"))
                    .isEqualTo("{\"purpose\":\"disk\",\"owner\":\"me\"}");
        }

        @Test
        void movesAReplicaAndListsMoves() {
            node.adminAnswers.put("POST /admin/v1/shards/3:move", new FakeNode.Played(202, "{\"id\":\"7\"}"));
            node.adminAnswers.put("POST /admin/v1/moves/7:cancel", new FakeNode.Played(200, "{\"id\":\"7\"}"));
            node.adminAnswers.put(
                    "GET /admin/v1/moves",
                    new FakeNode.Played(
                            200,
                            "{\"moves\":[{\"id\":\"7\",\"shard\":\"3\",\"from\":null,\"to\":\"2\",\"phase\":\"learning\"}]}"));

            assertThat(admin("move", "3", "--to", "2").out()).contains("move 7 has begun");
            assertThat(node.adminBodies.get("POST /admin/v1/shards/3:move")).isEqualTo("{\"to\":\"2\"}");
            assertThat(admin("move", "3").exitCode()).isEqualTo(2);
            assertThat(admin("moves").out()).containsPattern("7 +3 +- +2 +learning");
            assertThat(admin("moves", "-o", "json").out()).contains("\"learning\"");
            assertThat(admin("moves", "cancel", "7").exitCode()).isZero();
            assertThat(admin("moves", "cancel", "8").exitCode()).isEqualTo(1);
        }

        @Test
        void callsOnShardsAreSent() {
            node.adminAnswers.put("POST /admin/v1/shards/3:transfer-leader", new FakeNode.Played(202, "{}"));
            assertThat(admin("transfer-leader", "3", "2").exitCode()).isZero();
            assertThat(node.adminBodies.get("POST /admin/v1/shards/3:transfer-leader"))
                    .isEqualTo("{\"to\":\"2\"}");
            node.adminAnswers.put("POST /admin/v1/shards/3:snapshot", new FakeNode.Played(202, "{}"));
            assertThat(admin("snapshot", "3").exitCode()).isZero();
            assertThat(admin("compact", "3").exitCode()).isEqualTo(1);
        }

        @Test
        void callsOnShardsFollowTheLeader() throws IOException {
            try (var leader = new FakeNode()) {
                node.adminAnswers.put(
                        "POST /admin/v1/shards/3:transfer-leader",
                        new FakeNode.Played(
                                409, "{\"code\":\"not-leader\",\"leader\":\"" + leader.adminEndpoint() + "\"}"));
                leader.adminAnswers.put("POST /admin/v1/shards/3:transfer-leader", new FakeNode.Played(202, "{}"));
                assertThat(admin("transfer-leader", "3", "2").exitCode()).isZero();
            }
        }

        @Test
        void restartableAnswersByItsExitCode() {
            node.adminAnswers.put(
                    "GET /admin/v1/nodes/1/restartable",
                    new FakeNode.Played(200, "{\"restartable\":false,\"reasons\":[\"shard 1 has 2 of 3\"]}"));
            var ran = admin("restartable", "1");
            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.out()).contains("no").contains("shard 1 has 2 of 3");
        }

        @Test
        void keyspacesAreCreatedAndDeleted() {
            node.adminAnswers.put("PUT /admin/v1/keyspaces/one", new FakeNode.Played(201, "{}"));
            assertThat(admin("keyspaces", "create", "one", "--mode", "single").out())
                    .contains("is created");
            assertThat(node.adminBodies.get("PUT /admin/v1/keyspaces/one")).isEqualTo("{\"mode\":\"single\"}");
            node.adminAnswers.put("DELETE /admin/v1/keyspaces/one?confirm=one", new FakeNode.Played(200, "{}"));
            assertThat(admin("keyspaces", "delete", "one", "--confirm", "one").exitCode())
                    .isZero();
        }
    }

    @Nested
    class Log {
        private static final WalOptions OPTIONS = WalOptions.small();

        private void write(Path data) throws IOException {
            try (FileDisk disk = FileDisk.open(data);
                    Wal wal = Wal.open(disk, "wal", OPTIONS, new Random(1))) {
                ShardId shard = new ShardId(3);
                wal.enqueue(List.of(new WalRecord.GroupCreated(shard, new ReplicaId(11), new byte[8])));
                wal.enqueue(List.of(new WalRecord.HardState(shard, 5, 11, 0)));
                wal.writeQueued();
                wal.syncWritten();
            }
        }

        @Test
        void isShownAndVerified(@TempDir Path data) throws IOException {
            write(data);
            var dump = concord("wal", "dump", data.toString());
            assertThat(dump.exitCode()).as(dump.err()).isZero();
            assertThat(dump.out()).contains("segment-00000001").contains("GroupCreated[group=3, replica=11");
            assertThat(concord("wal", "dump", data.resolve("wal").toString(), "-o", "json")
                            .out()
                            .lines())
                    .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
            var verdict = concord("wal", "verify", data.toString());
            assertThat(verdict.exitCode()).as(verdict.out()).isZero();
            assertThat(verdict.out()).contains("SHARD").endsWith("sound\n");
            assertThat(concord("wal", "verify", "-o", "json", data.toString()).out())
                    .contains("\"sound\" : true");
        }

        @Test
        void thatIsRottenExitsWithOne(@TempDir Path data) throws IOException {
            write(data);
            try (var file =
                    new RandomAccessFile(data.resolve("wal/segment-00000001").toFile(), "rw")) {
                file.seek(2 * 4096 + 60);
                file.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            }
            var verdict = concord("wal", "verify", data.toString());
            assertThat(verdict.exitCode()).as(verdict.out()).isEqualTo(1);
        }

        @Test
        void thatIsNotThereIsNamed(@TempDir Path data) {
            assertThat(concord("wal", "verify", data.resolve("no").toString()).err())
                    .contains("is no folder");
            assertThat(concord("wal", "verify", data.toString()).exitCode()).isEqualTo(1);
        }
    }

    @Nested
    class Shell {
        private Ran shell(String input) {
            return Ran.withInput(input, "shell", "--endpoint", node.endpoint(), "--admin", node.adminEndpoint());
        }

        @Test
        void answersLineByLine() {
            var ran = shell(
                    "SET a 1\nset b 'two words'\nGET a\nGET b\nGET c\nCOUNT\nDEL a\nDEL a\nCOUNT b\nQUIT\nGET b\n");
            assertThat(ran.out().lines())
                    .containsExactly("OK revision 1", "OK revision 2", "1", "two words", "(nil)", "2", "1", "0", "1");
            assertThat(ran.exitCode()).isZero();
        }

        @Test
        void showsStatusScanAndEngine() {
            node.adminAnswers.put(
                    "GET /admin/v1/keyspaces/default", new FakeNode.Played(200, "{\"engine\":\"memory\"}"));
            var ran = shell("SET a 1\nSCAN\nSTATUS\nENGINE\nHELP\n");
            assertThat(ran.out())
                    .contains("KEY  VALUE")
                    .contains("epoch 1")
                    .contains("memory")
                    .contains("COUNT [prefix]");
        }

        @Test
        void goesOnAfterARefusal() {
            var ran = shell("GET\nNONSENSE\nSET 'a\nSET a 1\n");
            assertThat(ran.out().lines().filter(line -> line.startsWith("(error)")))
                    .hasSize(3);
            assertThat(ran.out()).contains("OK revision 1");
            assertThat(ran.exitCode()).isEqualTo(1);
        }
    }
}
