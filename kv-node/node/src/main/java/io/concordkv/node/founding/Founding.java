package io.concordkv.node.founding;

import io.concordkv.base.Flaw;
import io.concordkv.base.NodeId;
import io.concordkv.node.identity.IdentityFile;
import io.concordkv.node.identity.JoinTicket;
import io.concordkv.node.identity.VolumeIdentity;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import io.concordkv.topology.founding.FoundingBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Founding in two phases (SAFETY I2). Every listed node syncs that it is prepared; only when all have
/// answered is it activated, and no node votes before. On the loop; one change of the identity at a time.
public final class Founding {
    private static final long CALL_MILLIS = 5_000;
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final IdentityFile file;
    private final FoundingTransport transport;
    private final Background background;
    private final Loop loop;
    private final Consumer<VolumeIdentity> activated;
    private final Members members;
    private VolumeIdentity identity;
    private Optional<NodeId> wipedAs = Optional.empty();
    private boolean changing;
    private boolean closed;

    /// What only a member can answer.
    public interface Members {
        /// Whether this node's replica of shard 0 is on its disk.
        boolean hasTopology();

        void fateOf(FoundingMessage.AskFate ask, Consumer<FoundingMessage> reply);
    }

    /// The end of a bootstrap call.
    public sealed interface Outcome {
        /// @param repeated the cluster was already founded with this body
        record Founded(boolean repeated) implements Outcome {}

        /// Nothing was begun, or it goes on when the same body is sent again.
        record Unfinished(String reason) implements Outcome {}

        /// Another cluster is founded here, or the body is wrong.
        record Refused(String code, String reason) implements Outcome {}
    }

    /// @param activated gets the identity when this node becomes active
    public Founding(
            VolumeIdentity identity,
            IdentityFile file,
            FoundingTransport transport,
            Background background,
            Loop loop,
            Members members,
            Consumer<VolumeIdentity> activated) {
        this.identity = identity;
        this.file = file;
        this.transport = transport;
        this.background = background;
        this.loop = loop;
        this.activated = activated;
        this.members = members;
    }

    public VolumeIdentity identity() {
        return identity;
    }

    /// A prepared node looks for activated peers once a second: the one who founded may have died.
    public void start() {
        loop.after(LOOK_NANOS, () -> {
            if (!closed && identity.stage() != VolumeIdentity.Stage.ACTIVE) {
                lookForActive();
                start();
            }
        });
    }

    public void close() {
        closed = true;
    }

    private void lookForActive() {
        Optional<FoundingBody> prepared = identity.body();
        if (changing || prepared.isEmpty()) {
            return;
        }
        for (FoundingBody.FoundingNode node : prepared.get().nodes()) {
            if (!node.volume().equals(identity.volume())) {
                ask(node.address(), new FoundingMessage.Ask(), answer -> {
                    if (answer.orElse(null) instanceof FoundingMessage.Status(var active, var body)
                            && active
                            && body.isPresent()
                            && lists(body.get())) {
                        activate(body.get(), done -> {});
                    }
                });
            }
        }
    }

    private void ask(String address, FoundingMessage message, Consumer<Optional<FoundingMessage>> answer) {
        transport.call(
                address,
                FoundingMessage.encode(message),
                CALL_MILLIS,
                bytes -> answer.accept(bytes.map(FoundingMessage::decode)));
    }

    /// Answers another node, or this one's own coordinator.
    public void asked(byte[] question, Consumer<byte[]> reply) {
        asked(FoundingMessage.decode(question), answer -> reply.accept(FoundingMessage.encode(answer)));
    }

    private void asked(FoundingMessage question, Consumer<FoundingMessage> reply) {
        switch (question) {
            case FoundingMessage.Ask ask -> reply.accept(status());
            case FoundingMessage.Prepare(var body) -> prepare(body, reply);
            case FoundingMessage.Activate(var hash) -> {
                Optional<FoundingBody> body = identity.body();
                if (body.isEmpty() || !body.get().hash().equals(hash)) {
                    reply.accept(new FoundingMessage.Refuse("this node has not prepared that body"));
                } else if (identity.stage() == VolumeIdentity.Stage.ACTIVE) {
                    reply.accept(status());
                } else {
                    activate(body.get(), reply);
                }
            }
            case FoundingMessage.Welcome(var ticket) -> welcomed(ticket, reply);
            case FoundingMessage.AskFate ask -> members.fateOf(ask, reply);
            case FoundingMessage.Status it -> reply.accept(notAQuestion());
            case FoundingMessage.Refuse it -> reply.accept(notAQuestion());
            case FoundingMessage.Welcomed it -> reply.accept(notAQuestion());
            case FoundingMessage.Fate it -> reply.accept(notAQuestion());
        }
    }

    private static FoundingMessage notAQuestion() {
        return new FoundingMessage.Refuse("not a question");
    }

    /// An empty node becomes a member; a member that was welcomed before says how far it is.
    private void welcomed(JoinTicket ticket, Consumer<FoundingMessage> reply) {
        boolean mine = ticket.state()
                .node(ticket.node())
                .filter(it -> it.volume().equals(identity.volume()))
                .isPresent();
        if (!mine) {
            reply.accept(new FoundingMessage.Refuse("the volume of this node is " + identity.volume()
                    + ", not the one that joins as node " + ticket.node()));
            return;
        }
        switch (identity.stage()) {
            case EMPTY -> change(identity.joined(ticket), it -> reply.accept(joined()));
            case ACTIVE -> reply.accept(joined());
            case FORMATTING, PREPARED ->
                reply.accept(new FoundingMessage.Refuse("this node is being founded as part of another cluster"));
        }
    }

    private FoundingMessage joined() {
        return members.hasTopology()
                ? new FoundingMessage.Welcomed()
                : new FoundingMessage.Refuse("the node is making its first replica");
    }

    private FoundingMessage status() {
        return new FoundingMessage.Status(identity.stage() == VolumeIdentity.Stage.ACTIVE, identity.body());
    }

    private boolean lists(FoundingBody body) {
        return body.lists(identity.volume())
                || Flaw.REPEATED_BOOTSTRAP_WITH_WIPED_NODE.isOn()
                || Flaw.VOLUME_WIPED_NAME_KEPT.isOn();
    }

    private void prepare(FoundingBody body, Consumer<FoundingMessage> reply) {
        if (!lists(body)) {
            reply.accept(new FoundingMessage.Refuse(
                    "the volume of this node is " + identity.volume() + ", which the body does not list"));
            return;
        }
        boolean same = identity.body().map(it -> it.hash().equals(body.hash())).orElse(false);
        switch (identity.stage()) {
            case ACTIVE ->
                reply.accept(
                        same
                                ? status()
                                : new FoundingMessage.Refuse("this node belongs to cluster "
                                        + identity.body()
                                                .map(it -> it.cluster().toString())
                                                .orElse("?")));
            case FORMATTING, EMPTY -> change(identity.prepared(body), reply);
            case PREPARED -> {
                if (same) {
                    reply.accept(status());
                } else {
                    replacePrepared(identity.body().orElseThrow(), body, reply);
                }
            }
        }
    }

    /// Another body is taken only when every node of the old one answers that it is not activated.
    private void replacePrepared(FoundingBody old, FoundingBody body, Consumer<FoundingMessage> reply) {
        List<FoundingBody.FoundingNode> others = old.nodes().stream()
                .filter(it -> !it.volume().equals(identity.volume()))
                .toList();
        List<Boolean> inactive = new ArrayList<>();
        Runnable decide = () -> {
            if (inactive.size() == others.size()) {
                if (inactive.contains(false)) {
                    reply.accept(new FoundingMessage.Refuse("this node has prepared another body, and not every node"
                            + " of it says that it was not activated"));
                } else {
                    change(identity.prepared(body), reply);
                }
            }
        };
        decide.run();
        for (FoundingBody.FoundingNode node : others) {
            ask(node.address(), new FoundingMessage.Ask(), answer -> {
                inactive.add(answer.orElse(null) instanceof FoundingMessage.Status(var active, var it) && !active);
                decide.run();
            });
        }
    }

    private void activate(FoundingBody body, Consumer<FoundingMessage> reply) {
        if (identity.stage() == VolumeIdentity.Stage.ACTIVE) {
            reply.accept(status()); // somebody was faster; being activated twice would open every replica twice
            return;
        }
        change(identity.activated(body, nodeId(body)), reply);
    }

    private NodeId nodeId(FoundingBody body) {
        for (int i = 0; i < body.nodes().size(); i++) {
            if (body.nodes().get(i).volume().equals(identity.volume())) {
                return new NodeId(i + 1L);
            }
        }
        return wipedNodeId(body);
    }

    /// Only the re-introduced bug comes here: the node takes the first place that nobody else answers for.
    private NodeId wipedNodeId(FoundingBody body) {
        return wipedAs.orElse(new NodeId(body.nodes().size()));
    }

    /// For the simulation of a known bug: which node this one would be by its name.
    public void namedAs(NodeId node) {
        wipedAs = Optional.of(node);
    }

    private void change(VolumeIdentity next, Consumer<FoundingMessage> reply) {
        if (changing) {
            reply.accept(new FoundingMessage.Refuse("this node is busy with another step of founding"));
            return;
        }
        changing = true;
        background.submit(
                () -> {
                    file.write(next);
                    return next;
                },
                new Background.Done<VolumeIdentity>() {
                    @Override
                    public void succeeded(VolumeIdentity written) {
                        changing = false;
                        identity = written;
                        if (written.stage() == VolumeIdentity.Stage.ACTIVE) {
                            activated.accept(written);
                        }
                        reply.accept(status());
                    }

                    @Override
                    public void failed(Exception cause) {
                        changing = false;
                        reply.accept(new FoundingMessage.Refuse("cannot write the identity: " + cause.getMessage()));
                    }
                });
    }

    /// Founds the cluster of this body; the same body may be sent again at any time, to any node.
    public void bootstrap(FoundingBody body, Consumer<Outcome> outcome) {
        String mistake = body.mistake();
        if (!mistake.isEmpty()) {
            outcome.accept(new Outcome.Refused("invalid-argument", mistake));
            return;
        }
        boolean active = identity.stage() == VolumeIdentity.Stage.ACTIVE;
        boolean same = identity.body().map(it -> it.hash().equals(body.hash())).orElse(false);
        if (active && !same) {
            outcome.accept(new Outcome.Refused(
                    "already-bootstrapped",
                    "this node belongs to cluster "
                            + identity.body().map(it -> it.cluster().toString()).orElse("?")));
            return;
        }
        toAll(body, new FoundingMessage.Prepare(body), prepared -> {
            if (!prepared.isEmpty()) {
                outcome.accept(new Outcome.Unfinished(prepared));
                return;
            }
            toAll(
                    body,
                    new FoundingMessage.Activate(body.hash()),
                    activatedAll -> outcome.accept(
                            activatedAll.isEmpty()
                                    ? new Outcome.Founded(active)
                                    : new Outcome.Unfinished(activatedAll)));
        });
    }

    /// Asks every listed node, this one included.
    ///
    /// @param done gets what was wrong; empty when all answered that it is done
    private void toAll(FoundingBody body, FoundingMessage message, Consumer<String> done) {
        List<String> answers = new ArrayList<>();
        for (FoundingBody.FoundingNode node : body.nodes()) {
            Consumer<Optional<FoundingMessage>> take = answer -> {
                answers.add(problem(node, answer));
                if (answers.size() == body.nodes().size()) {
                    done.accept(String.join(
                            "; ", answers.stream().filter(it -> !it.isEmpty()).toList()));
                }
            };
            if (node.volume().equals(identity.volume())) {
                asked(message, answer -> take.accept(Optional.of(answer)));
            } else {
                ask(node.address(), message, take);
            }
        }
    }

    private static String problem(FoundingBody.FoundingNode node, Optional<FoundingMessage> answer) {
        if (answer.isEmpty()) {
            return "node " + node.name() + " at " + node.address() + " does not answer";
        }
        return switch (answer.get()) {
            case FoundingMessage.Status it -> "";
            case FoundingMessage.Refuse(var reason) -> "node " + node.name() + " refuses: " + reason;
            case FoundingMessage.Prepare it -> noAnswer(node);
            case FoundingMessage.Activate it -> noAnswer(node);
            case FoundingMessage.Ask it -> noAnswer(node);
            case FoundingMessage.Welcome it -> noAnswer(node);
            case FoundingMessage.Welcomed it -> noAnswer(node);
            case FoundingMessage.AskFate it -> noAnswer(node);
            case FoundingMessage.Fate it -> noAnswer(node);
        };
    }

    private static String noAnswer(FoundingBody.FoundingNode node) {
        return "node " + node.name() + " gave no answer";
    }
}
