package io.concordkv.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.concordkv.base.ByteWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;

/// The tokenizer and how this module uses it: strict reading, writing into memory, and the rule that
/// bytes which are not UTF-8 travel as base64 under another field name.
final class Json {
    /// Deeper than any document of the interface.
    private static final int DEPTH_MAX = 16;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(16 << 20)
                    .build())
            .build();

    private Json() {}

    interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    interface Reading<T> {
        /// The parser stands on the first token.
        T read(JsonParser in) throws IOException;
    }

    static byte[] write(int sizeHint, Body body) {
        ByteWriter bytes = new ByteWriter(sizeHint);
        try (JsonGenerator out = generator(bytes)) {
            body.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory does not fail", impossible);
        }
        return bytes.toByteArray();
    }

    /// Writes at the end of `bytes`; flush before looking at them.
    static JsonGenerator generator(ByteWriter bytes) throws IOException {
        return FACTORY.createGenerator(new OutputStream() {
            @Override
            public void write(int b) {
                bytes.u8(b);
            }

            @Override
            public void write(byte[] source, int offset, int length) {
                bytes.raw(source, offset, length);
            }
        });
    }

    /// Reads one whole document.
    ///
    /// @throws ProblemException `invalid-json` with line and column
    static <T> T read(byte[] json, Reading<T> reading) {
        if (!Utf8.isValid(json, 0, json.length)) {
            throw Problem.of(ProblemCode.INVALID_JSON, "the body is not valid UTF-8")
                    .asException();
        }
        try (JsonParser in = FACTORY.createParser(json)) {
            if (in.nextToken() == null) {
                throw Problem.of(ProblemCode.INVALID_JSON, "the body is empty; a JSON object is wanted")
                        .asException();
            }
            T value = reading.read(in);
            if (in.nextToken() != null) {
                throw invalid(in, "more data after the end of the document");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw Problem.of(ProblemCode.INVALID_JSON, "nested too deeply or with too long a number or name")
                    .asException();
        } catch (JsonProcessingException e) {
            throw Problem.of(
                            ProblemCode.INVALID_JSON,
                            "line " + e.getLocation().getLineNr() + ", column "
                                    + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage())
                    .asException();
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory does not fail", impossible);
        }
    }

    static void expect(JsonParser in, JsonToken wanted, String what) {
        if (in.currentToken() != wanted) {
            throw invalid(in, "want " + what);
        }
    }

    /// Syntax is right but the document is not the one wanted.
    static ProblemException argument(JsonParser in, String what) {
        return Problem.invalidArgument(place(in) + what).asException();
    }

    static ProblemException invalid(JsonParser in, String what) {
        return Problem.of(ProblemCode.INVALID_JSON, place(in) + what).asException();
    }

    private static String place(JsonParser in) {
        return "line " + in.currentTokenLocation().getLineNr() + ", column "
                + in.currentTokenLocation().getColumnNr() + ": ";
    }

    /// The text under the parser as UTF-8.
    static byte[] utf8(JsonParser in, String field) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw argument(in, "'" + field + "' must be a string");
        }
        byte[] bytes = Utf8.encode(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
        if (bytes == null) {
            throw argument(in, "'" + field + "' holds half of a surrogate pair; send such bytes as '" + field + "64'");
        }
        return bytes;
    }

    /// The text under the parser, decoded from standard base64 with padding.
    static byte[] base64(JsonParser in, String field) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw argument(in, "'" + field + "' must be a string");
        }
        try {
            return Base64.getDecoder().decode(in.getText());
        } catch (IllegalArgumentException e) {
            throw argument(in, "'" + field + "' is not base64: " + e.getMessage());
        }
    }

    /// Writes `name` as text when the bytes are UTF-8, else `name64` as base64.
    static void writeBytes(JsonGenerator out, String name, String name64, byte[] bytes, boolean alwaysBase64)
            throws IOException {
        if (!alwaysBase64 && Utf8.isValid(bytes, 0, bytes.length)) {
            out.writeFieldName(name);
            out.writeUTF8String(bytes, 0, bytes.length);
        } else {
            out.writeFieldName(name64);
            out.writeBinary(bytes);
        }
    }
}
