package io.concordkv.image.stage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Takes the accidents of a build out of the classes that Quarkus generates. Its build steps run side by
/// side and share one counter, and some sets are walked in the order of identity hashes; what the classes
/// do is the same in every build, their bytes are not:
///
/// - The names under which recorded steps hand objects on, `proxykey1`, `proxykey2` and so on, are
///   numbered by who came first. Here: in the order of class names and of constants in a class.
/// - Configuration classes are numbered by identity hash. [ConfigOrder] numbers them by name.
/// - The operator SDK's default for retries is copied by setters found by reflection, in any order, and one
///   of them only in some builds. [RetryDefault] leaves it out: it sets what is set already.
final class GeneratedCode {
    private static final Pattern KEY = Pattern.compile("proxykey\\d+");
    private static final int MAGIC_AND_VERSION_BYTES = 8;
    /// Bytes of a constant after its tag, by tag (Java Virtual Machine Specification §4.4); text has
    /// its own length.
    private static final int[] CONSTANT_BYTES = {0, -1, 0, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 0, 0, 3, 2, 4, 4, 2, 2};
    private static final int TEXT = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;

    private GeneratedCode() {}

    /// @param entries of `generated-bytecode.jar`, by name
    /// @return entries of the same names
    static SortedMap<String, byte[]> canonical(SortedMap<String, byte[]> entries) {
        var keys = new HashMap<String, String>();
        var canonical = new TreeMap<String, byte[]>();
        entries.forEach((name, bytes) -> canonical.put(
                name,
                name.endsWith(".class")
                        ? withTexts(
                                bytes,
                                text -> KEY.matcher(text).matches()
                                        ? keys.computeIfAbsent(text, any -> "proxykey" + (keys.size() + 1))
                                        : text)
                        : bytes));
        canonical.replaceAll((name, bytes) -> RetryDefault.isRecorded(name) ? RetryDefault.leftOut(bytes) : bytes);
        return ConfigOrder.byName(canonical);
    }

    /// The same class with other texts among its constants; nothing else in a class file depends on their length.
    static byte[] withTexts(byte[] classFile, UnaryOperator<String> change) {
        var out = new ByteArrayOutputStream(classFile.length);
        try (var in = new DataInputStream(new ByteArrayInputStream(classFile));
                var changed = new DataOutputStream(out)) {
            changed.write(in.readNBytes(MAGIC_AND_VERSION_BYTES));
            int count = in.readUnsignedShort();
            changed.writeShort(count);
            for (int index = 1; index < count; index++) {
                int tag = in.readUnsignedByte();
                changed.writeByte(tag);
                if (tag == TEXT) {
                    changed.writeUTF(change.apply(in.readUTF()));
                } else {
                    changed.write(in.readNBytes(CONSTANT_BYTES[tag]));
                }
                index += tag == LONG || tag == DOUBLE ? 1 : 0;
            }
            in.transferTo(changed);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory", e);
        }
        return out.toByteArray();
    }
}
