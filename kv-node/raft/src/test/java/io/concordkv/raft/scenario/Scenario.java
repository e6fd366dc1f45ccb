package io.concordkv.raft.scenario;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Input;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.RaftOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Plays a scenario text and writes it again with what happened.
///
/// A text is a row of steps: lines of comment (`#`) and commands, a line `----`, what happened, an empty
/// line. Commands:
///
/// | command | does |
/// |---|---|
/// | `group VOTERS [LEARNERS] [spares=N] [one-entry-appends] [tiny-cache] [tiny-proposals] [window=N]` | starts
/// replicas 1, 2, … |
/// | `tick N` · `wait MILLIS` | time passes until N must act · for everybody, ticking nobody |
/// | `change N MEMBER…` | asks replica N for these members (`4*` = learner) |
/// | `propose N TEXT…` · `read N` · `transfer N TO` · `reluctant N on` or `off` | asks replica N |
/// | `sync N` · `deliver [FROM] [TO]` · `drop [FROM] [TO]` | writes become durable · messages arrive · are lost (`*` =
/// any) |
/// | `settle` · `quietly COMMAND…` | syncs and delivers until nothing moves · the same untold |
/// | `alive N LEADER TERM` · `frame N PEER` · `unreachable N PEER` | node frames and broken connections |
/// | `crash N` · `start N` · `compact N INDEX` · `snapshot FROM TO` · `fetched N TO FROM` · `fetch-failed N TO` ·
/// `snapshot-failed N TO` | |
/// | `status` · `log N` · `elect N` | shows replicas · a log · makes N leader, untold |
final class Scenario {
    private @Nullable ScenarioGroup group;
    private int replicas;

    static String play(String text) {
        var scenario = new Scenario();
        var out = new ArrayList<String>();
        boolean expecting = false;
        for (String line : text.lines().toList()) {
            if (expecting) {
                expecting = !line.isEmpty();
                if (!expecting) {
                    out.add("");
                }
            } else if (line.equals("----")) {
                out.add(line);
                out.addAll(scenario.group().takeTrace());
                expecting = true;
            } else {
                out.add(line);
                if (!line.isEmpty() && !line.startsWith("#")) {
                    scenario.perform(List.of(line.split(" ")));
                }
            }
        }
        return String.join("\n", out) + "\n";
    }

    private ScenarioGroup group() {
        if (group == null) {
            throw new IllegalArgumentException("a scenario begins with: group VOTERS");
        }
        return group;
    }

    private void perform(List<String> words) {
        var rest = words.subList(1, words.size());
        if (words.getFirst().equals("group")) {
            group = newGroup(rest);
            return;
        }
        var g = group();
        switch (words.getFirst()) {
            case "quietly" -> {
                g.quiet(true);
                perform(rest);
                g.quiet(false);
            }
            case "wait" -> g.advance(Long.parseLong(rest.get(0)) * 1_000_000);
            case "settle" -> g.settle();
            case "deliver" -> g.deliver(any(rest, 0), any(rest, 1));
            case "drop" -> g.drop(any(rest, 0), any(rest, 1));
            case "status" -> status();
            default -> ask(words.getFirst(), id(rest, 0), rest);
        }
    }

    private void ask(String command, ReplicaId id, List<String> rest) {
        var g = group();
        switch (command) {
            case "tick" -> g.tick(id);
            case "sync" -> g.sync(id);
            case "crash" -> g.crash(id);
            case "start" -> g.start(id);
            case "roll-back" -> g.rollBack(id, Long.parseLong(rest.get(1)));
            case "propose" -> g.step(id, new Input.Propose(payloads(rest)));
            case "hash" -> g.step(id, new Input.HashState());
            case "read" -> g.step(id, new Input.Read());
            case "transfer" -> g.step(id, new Input.TransferLeader(id(rest, 1)));
            case "change" -> {
                var members = rest.subList(1, rest.size()).stream()
                        .map(Scenario::member)
                        .toList();
                g.step(id, new Input.ChangeMembers(members, g.core(id).configurationIndex()));
            }
            case "reluctant" -> g.step(id, new Input.SetReluctant(rest.get(1).equals("on")));
            case "alive" -> g.step(id, new Input.LeaderAlive(id(rest, 1), Long.parseLong(rest.get(2))));
            case "frame" -> g.step(id, new Input.FrameAcknowledged(id(rest, 1)));
            case "unreachable" -> g.step(id, new Input.PeerUnreachable(id(rest, 1)));
            case "compact" -> g.compact(id, Long.parseLong(rest.get(1)));
            case "snapshot" -> g.snapshot(id, id(rest, 1));
            case "snapshot-failed" -> g.step(id, new Input.SnapshotFailed(id(rest, 1)));
            case "fetched" -> g.fetched(id, id(rest, 1), Long.parseLong(rest.get(2)));
            case "fetch-failed" -> g.step(id, new Input.FetchFailed(id(rest, 1)));
            case "log" -> g.say(g.log(id).stream().map(Trace::of).collect(Collectors.joining(", ")));
            case "elect" -> {
                g.quiet(true);
                g.tick(id);
                g.settle();
                g.quiet(false);
            }
            default -> throw new IllegalArgumentException("unknown command: " + command);
        }
    }

    private void status() {
        var g = group();
        for (long i = 1; i <= replicas; i++) {
            var id = new ReplicaId(i);
            if (!g.isUp(id)) {
                g.say(id + " down");
                continue;
            }
            var core = g.core(id);
            g.say(id + " " + core.role().toString().toLowerCase(Locale.ROOT).replace('_', '-') + " term " + core.term()
                    + " last " + core.lastIndex() + " durable " + core.durableIndex() + " commit "
                    + core.commitIndex());
            core.progress()
                    .forEach(p -> g.say(
                            "  " + p.replica() + " " + p.state().toString().toLowerCase(Locale.ROOT) + " match "
                                    + p.match() + " next " + p.next()));
        }
    }

    private ScenarioGroup newGroup(List<String> words) {
        var usual = RaftOptions.DEFAULT;
        boolean single = words.contains("one-entry-appends");
        int window = number(words, "window=", usual.inflightMessagesMax());
        var options = new RaftOptions(
                usual.electionTimeoutNanos(),
                usual.rankDelayNanos(),
                usual.heartbeatNanos(),
                usual.commitDelayNanos(),
                usual.voteRetryNanosMin(),
                usual.voteRetryNanosMax(),
                single ? 1 : usual.appendBytesMax(),
                window,
                usual.inflightBytesMax(),
                words.contains("tiny-proposals") ? 100 : usual.uncommittedBytesMax(),
                words.contains("tiny-cache") ? 0 : usual.cacheBytesMax());
        int voters = Integer.parseInt(words.get(0));
        int learners = words.size() > 1 && words.get(1).matches("\\d+") ? Integer.parseInt(words.get(1)) : 0;
        int spares = number(words, "spares=", 0);
        replicas = voters + learners + spares;
        return new ScenarioGroup(voters, learners, spares, options);
    }

    /// `4` is a voter, `4*` a learner.
    private static Member member(String word) {
        long id = Long.parseLong(word.replace("*", ""));
        return new Member(
                new ReplicaId(id), new NodeId(id), word.endsWith("*") ? MemberRole.LEARNER : MemberRole.VOTER);
    }

    private static List<byte[]> payloads(List<String> rest) {
        return rest.stream()
                .skip(1)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static int number(List<String> words, String name, int otherwise) {
        return words.stream()
                .filter(word -> word.startsWith(name))
                .mapToInt(word -> Integer.parseInt(word.substring(name.length())))
                .findFirst()
                .orElse(otherwise);
    }

    private static ReplicaId id(List<String> words, int at) {
        return new ReplicaId(Long.parseLong(words.get(at)));
    }

    private static @Nullable ReplicaId any(List<String> words, int at) {
        return words.size() <= at || words.get(at).equals("*") ? null : id(words, at);
    }
}
