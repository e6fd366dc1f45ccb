package io.concordkv.wire;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.Bytes;
import io.concordkv.base.Crc32c;
import io.concordkv.base.DecodeException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Where a list goes on and with which parameters. Names no shard or node, so it survives moves,
/// leader changes and restarts; the keyspace stands in it by its id (SAFETY S8). Its text is base64url
/// without padding of, little-endian:
///
/// | field       | bytes  | meaning                                                          |
/// |-------------|-------:|------------------------------------------------------------------|
/// | version     |      1 | 1                                                                |
/// | flags       |      1 | 1 reverse, 2 keys only, 4 base64, 8 `end` is there               |
/// | keyspace    | varint | id                                                               |
/// | limit       | varint | items a page                                                     |
/// | consistency |   text | as the parameter, empty = linearizable                           |
/// | prefix      |   blob | varint length and bytes, as the three below                      |
/// | start       |   blob |                                                                  |
/// | end         |   blob | empty when not there                                             |
/// | last        |   blob | the last key shown; the next page begins behind it               |
/// | crc32c      |      4 | of all bytes before                                              |
public record Cursor(long keyspaceId, ListParameters parameters, Bytes last) {
    private static final int VERSION = 1;
    private static final int CHECKSUM_BYTES = 4;
    private static final int REVERSE = 1;
    private static final int KEYS_ONLY = 2;
    private static final int BASE64 = 4;
    private static final int HAS_END = 8;

    /// Lowest key of what is still to be shown, inclusive.
    public Bytes lowest() {
        return parameters.reverse() ? parameters.lowest() : KeyBounds.next(last);
    }

    /// First key beyond what is still to be shown; null = none.
    public @Nullable Bytes beyond() {
        return parameters.reverse() ? last : parameters.beyond();
    }

    public String encode() {
        Bytes end = parameters.end();
        ByteWriter out = new ByteWriter(64 + last.length());
        out.u8(VERSION)
                .u8((parameters.reverse() ? REVERSE : 0)
                        | (parameters.keysOnly() ? KEYS_ONLY : 0)
                        | (parameters.base64() ? BASE64 : 0)
                        | (end != null ? HAS_END : 0))
                .varint(keyspaceId)
                .varint(parameters.limit())
                .text(
                        parameters.consistency().equals(Consistency.DEFAULT)
                                ? ""
                                : parameters.consistency().text())
                .blob(parameters.prefix().array())
                .blob(parameters.start().array())
                .blob(end == null ? Bytes.EMPTY.array() : end.array())
                .blob(last.array());
        out.i32(Crc32c.of(out.array(), 0, out.size()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(out.array(), out.size()));
    }

    /// @throws ProblemException `invalid-cursor`
    public static Cursor decode(String text, Limits limits) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            int body = bytes.length - CHECKSUM_BYTES;
            if (body < 1 || new ByteReader(bytes, body, CHECKSUM_BYTES).i32() != Crc32c.of(bytes, 0, body)) {
                throw invalid("damaged or not from here");
            }
            if (bytes[0] != VERSION) {
                throw invalid("made by another version (" + bytes[0] + "), start the list again");
            }
            return read(new ByteReader(bytes, 1, body - 1), limits);
        } catch (IllegalArgumentException | DecodeException e) {
            throw invalid("damaged or not from here");
        }
    }

    private static Cursor read(ByteReader in, Limits limits) {
        int flags = in.u8();
        long keyspaceId = in.varint();
        int limit = Math.clamp(in.varint(), 1, limits.pageItemsMax());
        String consistency = in.text();
        Bytes prefix = Bytes.wrap(in.blob());
        Bytes start = Bytes.wrap(in.blob());
        Bytes end = Bytes.wrap(in.blob());
        Bytes last = Bytes.wrap(in.blob());
        in.expectEnd();
        ListParameters parameters = new ListParameters(
                prefix,
                start,
                (flags & HAS_END) != 0 ? end : null,
                limit,
                (flags & REVERSE) != 0,
                (flags & KEYS_ONLY) != 0,
                false,
                (flags & BASE64) != 0,
                consistency.isEmpty() ? Consistency.DEFAULT : Consistency.parse(consistency));
        return new Cursor(keyspaceId, parameters, last);
    }

    private static ProblemException invalid(String why) {
        return Problem.of(ProblemCode.INVALID_CURSOR, "this cursor cannot be used: " + why)
                .asException();
    }
}
