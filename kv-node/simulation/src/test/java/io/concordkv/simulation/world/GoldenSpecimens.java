package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;

import io.concordkv.base.ByteWriter;
import io.concordkv.base.Bytes;
import io.concordkv.base.ClusterId;
import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.node.admin.AdminCodec;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.node.duty.HashQuestion;
import io.concordkv.node.duty.ShardReport;
import io.concordkv.node.founding.FoundingMessage;
import io.concordkv.node.identity.JoinTicket;
import io.concordkv.node.route.ReadIndexQuestion;
import io.concordkv.node.route.Services;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.PeerMessage;
import io.concordkv.shard.apply.KvReader;
import io.concordkv.shard.call.CallCodec;
import io.concordkv.shard.call.Consistency;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.check.StateHash;
import io.concordkv.shard.command.CommandCodec;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Condition;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.command.OperationResult;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.GroupFrameCodec;
import io.concordkv.shard.peer.GroupMessage;
import io.concordkv.shard.peer.NodeFrame;
import io.concordkv.shard.peer.Preface;
import io.concordkv.shard.replica.ShardRefusal;
import io.concordkv.shard.snapshot.SnapshotHeader;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.founding.FoundingPlan;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyCommandCodec;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One made frame of every kind, with every field set, beside what a run happens to send.
final class GoldenSpecimens {
    private static final ClusterId CLUSTER = new ClusterId(0x0102030405060708L, -2);
    private static final VolumeId VOLUME = new VolumeId(0x1112131415161718L, 300);
    private static final ShardId SHARD = new ShardId(300);
    private static final ReplicaId ONE = new ReplicaId(1);
    private static final ReplicaId TWO = new ReplicaId(200);
    private static final NodeId NODE = new NodeId(129);
    private static final LogPosition AT = new LogPosition(7, 70_000);
    private static final StoredValue VALUE = new StoredValue(bytes("value"), 1L << 62, 128, 3, 1_767_225_600_000L);
    private static final FoundingBody BODY = new FoundingBody(
            CLUSTER, 3, 8, "memory", List.of(new FoundingBody.FoundingNode("n1", VOLUME, "n1:7070", "zone-a")));
    private static final Configuration CONFIGURATION = new Configuration(
            List.of(new Member(ONE, NODE, MemberRole.VOTER), new Member(TWO, new NodeId(2), MemberRole.LEARNER)),
            List.of(new Member(new ReplicaId(3), new NodeId(3), MemberRole.VOTER)),
            List.of(new ReplicaId(3)),
            true);
    private static final NodeRecord RECORD = new NodeRecord(
            NODE, "n1", VOLUME, "n1:7070", "n1:8080", "n1:9000", "zone-a", 130, "0.1.0", NodeStanding.MEMBER);

    private final List<GoldenFrame> frames = new ArrayList<>();

    private GoldenSpecimens() {}

    static List<GoldenFrame> all() {
        GoldenSpecimens specimens = new GoldenSpecimens();
        specimens.hellos();
        specimens.founding();
        specimens.raft();
        specimens.appends();
        specimens.snapshots();
        specimens.shardCalls();
        specimens.shardAnswers();
        specimens.topology();
        specimens.admin();
        specimens.hashes();
        specimens.readIndexes();
        return specimens.frames;
    }

    private void hashes() {
        Bytes hash = Bytes.wrap(new byte[StateHash.BYTES]);
        request(Services.HASH, new HashQuestion(SHARD, TWO, 70_000, Optional.empty()).encode());
        request(Services.HASH, new HashQuestion(SHARD, TWO, 70_000, Optional.of(hash)).encode());
        reply(Services.HASH, new HashQuestion.Answer(true, Optional.of(hash)).encode());
        reply(Services.HASH, HashQuestion.Answer.NOT_YET.encode());
        reply(Services.HASH, HashQuestion.Answer.NONE.encode());
    }

    private void readIndexes() {
        request(Services.READ_INDEX, new ReadIndexQuestion(SHARD, ONE, TWO, 70_000).encode());
        reply(Services.READ_INDEX, new ReadIndexQuestion.Answer(OptionalLong.of(70_000)).encode());
        reply(Services.READ_INDEX, ReadIndexQuestion.Answer.NONE.encode());
    }

    private void hellos() {
        for (int use : new int[] {Preface.RAFT, Preface.BULK, Preface.FOUNDING}) {
            frames.add(new GoldenFrame(GoldenFrame.HELLO, 0, new Preface(use, CLUSTER, NODE).encode()));
        }
    }

    private void founding() {
        List<FoundingMessage> messages = List.of(
                new FoundingMessage.Prepare(BODY),
                new FoundingMessage.Activate(BODY.hash()),
                new FoundingMessage.Ask(),
                new FoundingMessage.Status(true, Optional.of(BODY)),
                new FoundingMessage.Status(false, Optional.empty()),
                new FoundingMessage.Refuse("another cluster"),
                new FoundingMessage.Welcome(JoinTicket.of(BODY, new NodeId(1), FoundingPlan.state(BODY))),
                new FoundingMessage.Welcomed(),
                new FoundingMessage.AskFate(CLUSTER, NODE, VOLUME),
                new FoundingMessage.Fate(CLUSTER, true),
                new FoundingMessage.Fate(CLUSTER, false));
        messages.forEach(it -> frames.add(new GoldenFrame(Preface.FOUNDING, 0, FoundingMessage.encode(it))));
    }

    private void raft() {
        messages(
                SHARD,
                new PeerMessage.PreVote(8, AT),
                new PeerMessage.PreVoteReply(8, true),
                new PeerMessage.PreVoteReply(9, false),
                new PeerMessage.Vote(8, AT, false),
                new PeerMessage.Vote(8, AT, true),
                new PeerMessage.VoteReply(8, true),
                new PeerMessage.VoteReply(9, false),
                new PeerMessage.AppendReply(8, true, 70_000, LogPosition.BEFORE_FIRST),
                new PeerMessage.AppendReply(8, false, 70_001, AT),
                new PeerMessage.Heartbeat(8, 69_999, 1_000, 70_000),
                new PeerMessage.HeartbeatReply(8, 1_000, 70_000, 70_001),
                new PeerMessage.TimeoutNow(8));
        NodeFrame frame = new NodeFrame(
                CLUSTER,
                NODE,
                VOLUME,
                130,
                1L << 40,
                131,
                1L << 41,
                1_767_225_600_000L,
                true,
                List.of(new NodeFrame.Claim(ShardId.TOPOLOGY, ONE, 5), new NodeFrame.Claim(SHARD, TWO, 8)));
        frames.add(new GoldenFrame(Preface.RAFT, 0, frame.encode()));
    }

    private void messages(ShardId shard, PeerMessage... messages) {
        ByteWriter out = GroupFrameCodec.start(new ByteWriter(64));
        for (PeerMessage message : messages) {
            GroupFrameCodec.append(out, new GroupMessage(shard, ONE, TWO, message));
        }
        frames.add(new GoldenFrame(Preface.RAFT, 0, out.toByteArray()));
    }

    private void appends() {
        List<byte[]> commands = new ArrayList<>();
        for (KvCommand.Body body : bodies()) {
            commands.add(CommandCodec.encode(new KvCommand(1_767_225_600_123L, Optional.empty(), body)));
        }
        commands.add(CommandCodec.encode(
                new KvCommand(1, Optional.of(GoldenScenario.idempotency("key")), bodies().getFirst())));
        commands.add(CommandCodec.encode(new KvCommand(
                1, Optional.of(GoldenScenario.idempotency("key")), new KvCommand.Keyed(bodies().getFirst()))));
        append(SHARD, commands);
        append(
                ShardId.TOPOLOGY,
                topologyCommands().stream().map(TopologyCommandCodec::encode).toList());
    }

    private void append(ShardId shard, List<byte[]> commands) {
        List<LogEntry> entries = new ArrayList<>();
        entries.add(new LogEntry(7, 70_001, EntryKind.NOOP, new byte[0]));
        entries.add(new LogEntry(8, 70_002, EntryKind.CONFIGURATION, ConfigurationCodec.encode(CONFIGURATION)));
        for (byte[] command : commands) {
            entries.add(new LogEntry(8, 70_001 + entries.size(), EntryKind.COMMAND, command));
        }
        entries.add(new LogEntry(8, 70_001 + entries.size(), EntryKind.STATE_HASH, new byte[0]));
        messages(shard, new PeerMessage.Append(8, AT, entries, 69_999));
    }

    private static List<KvCommand.Body> bodies() {
        Operation put = new Operation.Put(bytes("key"), bytes("value"), 30_000);
        Operation delete = new Operation.Delete(bytes("other"));
        Operation get = new Operation.Get(new byte[] {0, -1});
        List<Condition> conditions = List.of(
                new Condition.RevisionIs(bytes("key"), 12),
                new Condition.Exists(bytes("other"), false),
                new Condition.ValueIs(bytes("third"), bytes("x")));
        return List.of(
                new KvCommand.Single(put, Optional.of(conditions.getFirst())),
                new KvCommand.Batch(List.of(new KvCommand.Indexed(0, put), new KvCommand.Indexed(400, delete))),
                new KvCommand.Transaction(conditions, List.of(put, delete, get), List.of(get)),
                new KvCommand.DeleteRange(bytes("a"), Optional.of(bytes("b")), 10_000, 2),
                new KvCommand.ExpireUpTo(1_767_225_600_000L),
                new KvCommand.Close());
    }

    private void snapshots() {
        byte[] header = new SnapshotHeader(SHARD, TWO, AT, ConfigurationCodec.encode(CONFIGURATION), 60_000).encode();
        bulk(0, new BulkFrame.SnapshotOffer(SHARD, ONE, TWO, 8, header, 1 << 20));
        bulk(0, new BulkFrame.SnapshotPull(SHARD, TWO, ONE, "70000-7-200", 131_072));
        bulk(0, new BulkFrame.SnapshotChunk(SHARD, ONE, TWO, "70000-7-200", 131_072, bytes("rows")));
        bulk(0, new BulkFrame.SnapshotDone(SHARD, TWO, ONE, "70000-7-200", true));
    }

    private void bulk(int service, BulkFrame frame) {
        frames.add(new GoldenFrame(Preface.BULK, service, BulkFrame.encode(frame)));
    }

    private void request(int service, byte[] body) {
        bulk(service, new BulkFrame.Request(1_000, service, 5_000, body));
    }

    private void reply(int service, byte[] body) {
        bulk(service, new BulkFrame.Reply(1_000, body));
    }

    private void shardCalls() {
        List<ShardCall> calls = List.of(
                new ShardCall.Write(bodies().getFirst(), Optional.of(GoldenScenario.idempotency("key"))),
                new ShardCall.Get(bytes("key")),
                new ShardCall.GetMany(List.of(bytes("key"), new byte[] {0})),
                new ShardCall.Page(bytes("a"), Optional.of(bytes("b")), true, 100, 4 << 20),
                new ShardCall.Count(bytes("a"), Optional.empty(), 10_000),
                new ShardCall.Relaxed(Consistency.LEADER, new ShardCall.Get(bytes("key"))),
                new ShardCall.Relaxed(new Consistency.Bounded(5_000), new ShardCall.Get(bytes("key"))));
        calls.forEach(it -> request(Services.SHARD, CallCodec.encode(SHARD, it)));
    }

    private void shardAnswers() {
        List<OperationResult> results = List.of(
                new OperationResult.Stored(1L << 62, true),
                new OperationResult.Deleted(true, 12),
                new OperationResult.Found(VALUE),
                new OperationResult.Absent(),
                new OperationResult.Mismatch(),
                new OperationResult.MemoryFull(599_000));
        List<CommandResult> written = List.of(
                new CommandResult.Single(results.getFirst()),
                new CommandResult.Batch(results),
                new CommandResult.Transaction(true, 12, results),
                new CommandResult.RangeDeleted(10_000, Optional.of(bytes("next"))),
                new CommandResult.ConditionFailed(12),
                new CommandResult.Done(),
                new CommandResult.Mismatch(),
                new CommandResult.MemoryFull(599_000),
                new CommandResult.ResultTooLarge(20_000, 16_384),
                new CommandResult.Closed());
        List<ShardRefusal> refusals = List.of(
                new ShardRefusal.NotLeader(NODE),
                new ShardRefusal.NoLeader(),
                new ShardRefusal.Overloaded(50),
                new ShardRefusal.TimedOut(),
                new ShardRefusal.OutcomeUnknown(),
                new ShardRefusal.StorageFull(),
                new ShardRefusal.Damaged("its log has rotted"),
                new ShardRefusal.Stopping(),
                new ShardRefusal.NoSuchShard());
        List<ShardAnswer> answers = new ArrayList<>();
        written.forEach(it -> answers.add(new ShardAnswer.Written(it)));
        answers.add(new ShardAnswer.Value(Optional.of(VALUE)));
        answers.add(new ShardAnswer.Values(List.of(Optional.of(VALUE), Optional.empty())));
        answers.add(new ShardAnswer.Page(new KvReader.Page(List.of(new KvReader.Item(bytes("key"), VALUE)), true)));
        answers.add(new ShardAnswer.Count(new KvReader.Count(10_000, Optional.of(bytes("next")))));
        ShardAnswer found = new ShardAnswer.Value(Optional.of(VALUE));
        answers.add(new ShardAnswer.Aged(found, OptionalLong.of(0)));
        answers.add(new ShardAnswer.Aged(found, OptionalLong.empty()));
        refusals.forEach(it -> answers.add(new ShardAnswer.Refused(it)));
        answers.forEach(it -> reply(Services.SHARD, CallCodec.encodeAnswer(it)));
    }

    private static List<TopologyCommand> topologyCommands() {
        return List.of(
                new TopologyCommand.Found(BODY),
                new TopologyCommand.ReportNode(RECORD),
                new TopologyCommand.CreateKeyspace("orders", "memory", 4, KeyspaceMode.HASH, 3),
                new TopologyCommand.CreateKeyspace("ledger", "memory", 1, KeyspaceMode.SINGLE, 1),
                new TopologyCommand.ReportCreated(NODE, List.of(SHARD, new ShardId(301))),
                new TopologyCommand.BeginDelete("orders"),
                new TopologyCommand.EndDelete(12),
                new TopologyCommand.Reserve(NODE, "restart", "operator", 130),
                new TopologyCommand.Release(NODE),
                new TopologyCommand.GiveBack(NODE, "operator"),
                new TopologyCommand.RaiseLevel(2),
                new TopologyCommand.BeginMove(SHARD, NODE, new NodeId(2), 1_767_225_600_000L, "by hand"),
                new TopologyCommand.BeginSwitch(300),
                new TopologyCommand.CancelMove(301),
                new TopologyCommand.ReportConfiguration(SHARD, 70_002, CONFIGURATION),
                new TopologyCommand.ReportReplica(SHARD, TWO),
                new TopologyCommand.AddNode("n4", VOLUME, "n4:7070", "zone-b"),
                new TopologyCommand.WantNode(NODE, NodeStanding.DRAINING),
                new TopologyCommand.ReplaceNode(NODE, Optional.of(VOLUME), "n1:7070"),
                new TopologyCommand.ReplaceNode(NODE, Optional.empty(), ""),
                new TopologyCommand.ForgetNode(NODE));
    }

    private void topology() {
        topologyCommands().forEach(it -> request(Services.TOPOLOGY, TopologyCommandCodec.encode(it)));
        List<TopologyDesk.Outcome> outcomes = List.of(
                new TopologyDesk.Outcome.Decided(new TopologyResult.Accepted(12, true)),
                new TopologyDesk.Outcome.Decided(new TopologyResult.Rejected("keyspace-exists", "shards differs")),
                new TopologyDesk.Outcome.NoLeader(),
                new TopologyDesk.Outcome.Unknown());
        outcomes.forEach(it -> reply(Services.TOPOLOGY, TopologyDesk.Outcome.encode(it)));
    }

    private void admin() {
        request(Services.LEVEL, new byte[0]);
        reply(Services.LEVEL, new byte[] {2});
        request(Services.REPORT, new byte[0]);
        ShardReport report = new ShardReport(
                SHARD,
                NODE,
                8,
                70_000,
                List.of(
                        new ShardReport.ReplicaReport(ONE, NODE, true, 70_000, true, false),
                        new ShardReport.ReplicaReport(TWO, new NodeId(2), false, 3, false, true)));
        reply(Services.REPORT, ShardReport.encode(List.of(report)));
        List<AdminDesk.Operation> operations = List.of(
                new AdminDesk.Operation.Restartable(NODE),
                new AdminDesk.Operation.Reserve(NODE, "restart", "operator"),
                new AdminDesk.Operation.Release(NODE),
                new AdminDesk.Operation.CreateKeyspace("orders", "memory", 4, KeyspaceMode.SINGLE, 3),
                new AdminDesk.Operation.DeleteKeyspace("orders"),
                new AdminDesk.Operation.GiveBack(NODE, "operator"),
                new AdminDesk.Operation.Move(SHARD, NODE, new NodeId(2), "by hand"),
                new AdminDesk.Operation.CancelMove(300),
                new AdminDesk.Operation.Join("n4", VOLUME, "n4:7070", "zone-b"),
                new AdminDesk.Operation.Drain(NODE, true),
                new AdminDesk.Operation.Remove(NODE),
                new AdminDesk.Operation.Replace(NODE, Optional.of(VOLUME), "n1:7070"),
                new AdminDesk.Operation.Replace(NODE, Optional.empty(), ""));
        operations.forEach(it -> request(Services.ADMIN, AdminCodec.encode(it)));
        reply(
                Services.ADMIN,
                AdminCodec.encodeAnswer(
                        new AdminDesk.Answer("would-lose-quorum", List.of("shard 3", "shard 4"), true)));
    }
}
