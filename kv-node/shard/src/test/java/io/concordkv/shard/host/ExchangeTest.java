package io.concordkv.shard.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ByteReader;
import io.concordkv.base.Clock;
import io.concordkv.base.NodeId;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.FrameKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Questions between nodes, of which one is started again or has no room (SAFETY F1).
class ExchangeTest {
    private static final NodeId ASKER = new NodeId(1);
    private static final NodeId OTHER = new NodeId(2);
    private static final long TIMEOUT_MILLIS = 5_000;

    private final List<byte[]> sent = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private long nanos;
    private boolean room = true;

    private Exchange process(long incarnation) {
        Clock clock = new Clock() {
            @Override
            public long nanos() {
                return nanos;
            }

            @Override
            public long wallMillis() {
                return 0;
            }
        };
        return new Exchange((to, lane, frame) -> room && sent.add(frame), clock, incarnation);
    }

    private BulkFrame.Request ask(Exchange from) {
        from.ask(OTHER, 7, new byte[] {1}, TIMEOUT_MILLIS, new Exchange.ReplyListener() {
            @Override
            public void replied(byte[] body) {
                ends.add("replied " + body[0]);
            }

            @Override
            public void notSent() {
                ends.add("not sent");
            }

            @Override
            public void lost() {
                ends.add("lost");
            }
        });
        return (BulkFrame.Request) decode(sent.getLast());
    }

    private static BulkFrame decode(byte[] frame) {
        ByteReader in = new ByteReader(frame);
        in.u8();
        return BulkFrame.decode(FrameKind.of(in.u8()), in);
    }

    @Test
    void aReplyToTheProcessBeforeAnswersNothing() {
        BulkFrame.Request before = ask(process(1));
        Exchange restarted = process(2);
        BulkFrame.Request now = ask(restarted);
        restarted.replied(OTHER, new BulkFrame.Reply(before.id(), new byte[] {1}));
        assertThat(ends).isEmpty();
        restarted.replied(OTHER, new BulkFrame.Reply(now.id(), new byte[] {2}));
        assertThat(ends).containsExactly("replied 2");
    }

    @Test
    void whoseReplyDidNotFitIsToldWhenThereIsRoom() {
        Exchange asker = process(1);
        BulkFrame.Request question = ask(asker);
        Exchange answerer = process(1);
        answerer.serve(7, (from, body, timeoutMillis, reply) -> reply.accept(new byte[] {1}));
        room = false;
        answerer.asked(ASKER, question);
        answerer.sweep();
        room = true;
        answerer.sweep();
        asker.replied(OTHER, (BulkFrame.Reply) decode(sent.getLast()));
        assertThat(ends).containsExactly("lost");
        int all = sent.size();
        answerer.sweep();
        assertThat(sent).hasSize(all);
    }

    @Test
    void whoWaitsNoMoreIsNotTold() {
        BulkFrame.Request question = ask(process(1));
        Exchange answerer = process(1);
        answerer.serve(7, (from, body, timeoutMillis, reply) -> reply.accept(new byte[] {1}));
        room = false;
        answerer.asked(ASKER, question);
        room = true;
        nanos += TIMEOUT_MILLIS * 1_000_000;
        answerer.sweep();
        assertThat(sent).hasSize(1);
    }
}
