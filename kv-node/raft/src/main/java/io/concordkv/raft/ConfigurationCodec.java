package io.concordkv.raft;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import java.util.ArrayList;
import java.util.List;

/// A [Configuration] as bytes: payload of a configuration entry, of WAL records and snapshot headers.
///
/// | field        | encoding                                                          |
/// |--------------|-------------------------------------------------------------------|
/// | version      | u8, 1                                                             |
/// | flags        | u8, bit 0 = autoLeave                                             |
/// | members      | varint count, then each: varint replica, varint node, u8 role     |
/// | outgoing     | as members                                                        |
/// | learnersNext | varint count, then each: varint replica                           |
public final class ConfigurationCodec {
    private static final int VERSION = 1;
    private static final int AUTO_LEAVE = 1;
    private static final int MEMBERS_MAX = 1 << 10;

    private ConfigurationCodec() {}

    public static byte[] encode(Configuration configuration) {
        var out = new ByteWriter(64);
        out.u8(VERSION).u8(configuration.autoLeave() ? AUTO_LEAVE : 0);
        writeMembers(out, configuration.members());
        writeMembers(out, configuration.outgoing());
        out.varint(configuration.learnersNext().size());
        for (ReplicaId replica : configuration.learnersNext()) {
            out.varint(replica.value());
        }
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no configuration of a known version
    public static Configuration decode(byte[] bytes) {
        var in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("configuration version", "1", version);
        }
        int flags = in.u8();
        if ((flags & ~AUTO_LEAVE) != 0) {
            throw new DecodeException("configuration flags", "0..1", flags);
        }
        var members = readMembers(in);
        var outgoing = readMembers(in);
        int count = in.length(MEMBERS_MAX);
        var learnersNext = new ArrayList<ReplicaId>(count);
        for (int i = 0; i < count; i++) {
            learnersNext.add(new ReplicaId(id(in, "replica id")));
        }
        in.expectEnd();
        checkOnce(members);
        checkOnce(outgoing);
        if (!outgoing.stream().allMatch(Member::isVoter)) {
            throw new DecodeException("an outgoing member is no voter");
        }
        return new Configuration(members, outgoing, learnersNext, flags == AUTO_LEAVE);
    }

    private static void writeMembers(ByteWriter out, List<Member> members) {
        out.varint(members.size());
        for (Member member : members) {
            out.varint(member.replica().value())
                    .varint(member.node().value())
                    .u8(member.role().code());
        }
    }

    private static List<Member> readMembers(ByteReader in) {
        int count = in.length(MEMBERS_MAX);
        var members = new ArrayList<Member>(count);
        for (int i = 0; i < count; i++) {
            var replica = new ReplicaId(id(in, "replica id"));
            var node = new NodeId(id(in, "node id"));
            members.add(new Member(replica, node, MemberRole.of(in.u8())));
        }
        return members;
    }

    private static void checkOnce(List<Member> members) {
        if (members.stream().map(Member::replica).distinct().count() < members.size()) {
            throw new DecodeException("a replica is listed twice");
        }
    }

    private static long id(ByteReader in, String field) {
        long value = in.varint();
        if (value < 1) {
            throw new DecodeException(field, "1 or more", value);
        }
        return value;
    }
}
