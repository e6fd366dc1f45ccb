package io.concordkv.image.stage;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Numbers the configuration classes of a Quarkus application by their names. The generated class
/// `SharedConfig` makes one field for each, and the customizers use the fields:
///
///     SharedConfig:  configClass$7 = configClass("a.Settings", "quarkus.a"); ensureLoaded("a.Settings"); …
///     a customizer:  withMappingInstance(builder, configClass$7, mapping$2)     the two belong together
///                    withMapping(builder, configClass$0), … $1, … $2 …          each for itself, in rising order
///
/// Blocks of `SharedConfig` are sorted and the fields renumbered accordingly; a customizer's uses follow.
final class ConfigOrder {
    private static final String FOLDER = "io/quarkus/runtime/generated/";
    private static final String SHARED = FOLDER + "SharedConfig";
    private static final List<String> CUSTOMIZERS =
            List.of(FOLDER + "StaticInitConfigCustomizer", FOLDER + "RunTimeConfigCustomizer");
    private static final String FIELD = "configClass$";
    /// Two texts, the call, the store.
    private static final int BLOCK_HEAD = 4;
    /// From the load of a configuration class to that of its mapping.
    private static final int TO_MAPPING = 2;
    private static final ClassFile CLASSES = ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL);

    /// New numbers by old ones.
    private final Map<Integer, Integer> numbers = new HashMap<>();

    private ConfigOrder() {}

    /// @param entries of `generated-bytecode.jar`; those without these classes stay as they are
    static SortedMap<String, byte[]> byName(SortedMap<String, byte[]> entries) {
        byte[] shared = entries.get(SHARED + ".class");
        if (shared == null) {
            return entries;
        }
        var order = new ConfigOrder();
        var ordered = new TreeMap<>(entries);
        ordered.put(SHARED + ".class", rewritten(shared, order::sorted));
        for (String customizer : CUSTOMIZERS) {
            ordered.computeIfPresent(customizer + ".class", (_, bytes) -> rewritten(bytes, order::uses));
        }
        return ordered;
    }

    /// @param key     class and prefix
    /// @param number  of the field, until now
    /// @param code    up to the next block
    private record Block(String key, int number, List<CodeElement> code) {}

    private static byte[] rewritten(byte[] bytes, UnaryOperator<List<CodeElement>> change) {
        MethodTransform methods = (builder, element) -> {
            if (element instanceof CodeModel code) {
                builder.withCode(out -> change.apply(code.elementList()).forEach(out));
            } else {
                builder.with(element);
            }
        };
        return CLASSES.transformClass(
                CLASSES.parse(bytes),
                ClassTransform.transformingMethods(method -> method.code().isPresent(), methods));
    }

    private List<CodeElement> sorted(List<CodeElement> code) {
        var blocks = new ArrayList<Block>();
        int begin = 0;
        while (begin < code.size() && !beginsBlock(code, begin)) {
            begin++;
        }
        int end = begin;
        while (beginsBlock(code, end)) {
            int next = end + BLOCK_HEAD;
            while (next + 1 < code.size() && calls(code.get(next + 1), "ensureLoaded")) {
                next += 2;
            }
            String key = text(code.get(end)) + " " + text(code.get(end + 1));
            blocks.add(new Block(key, number(code.get(end + BLOCK_HEAD - 1)), code.subList(end, next)));
            end = next;
        }
        var byKey = blocks.stream().sorted(Comparator.comparing(Block::key)).toList();
        for (int i = 0; i < byKey.size(); i++) {
            numbers.put(byKey.get(i).number, i);
        }
        var sorted = new ArrayList<>(code.subList(0, begin));
        byKey.forEach(block -> block.code.forEach(each -> sorted.add(renumbered(each))));
        code.subList(end, code.size()).forEach(each -> sorted.add(renumbered(each)));
        return sorted;
    }

    /// Uses that belong to a mapping get their new number; the others share theirs out in rising order.
    private List<CodeElement> uses(List<CodeElement> code) {
        var alone = new ArrayList<Integer>();
        for (int at = 0; at < code.size(); at++) {
            if (isUse(code.get(at)) && !belongsToMapping(code, at)) {
                alone.add(numbers.getOrDefault(number(code.get(at)), number(code.get(at))));
            }
        }
        alone.sort(null);
        var next = alone.iterator();
        var uses = new ArrayList<CodeElement>();
        for (int at = 0; at < code.size(); at++) {
            CodeElement each = code.get(at);
            uses.add(isUse(each) && !belongsToMapping(code, at) ? withNumber(each, next.next()) : renumbered(each));
        }
        return uses;
    }

    private static boolean beginsBlock(List<CodeElement> code, int at) {
        return at + BLOCK_HEAD <= code.size() && calls(code.get(at + 2), "configClass");
    }

    private static boolean calls(CodeElement element, String method) {
        return element instanceof InvokeInstruction call && call.name().equalsString(method);
    }

    private static String text(CodeElement element) {
        return element instanceof ConstantInstruction constant ? String.valueOf(constant.constantValue()) : "";
    }

    private static boolean isUse(CodeElement element) {
        return element instanceof FieldInstruction field
                && field.opcode() == Opcode.GETSTATIC
                && field.owner().asInternalName().equals(SHARED)
                && field.name().stringValue().startsWith(FIELD);
    }

    private static boolean belongsToMapping(List<CodeElement> code, int at) {
        return at + TO_MAPPING < code.size()
                && code.get(at + TO_MAPPING) instanceof FieldInstruction field
                && field.name().stringValue().startsWith("mapping$");
    }

    private static int number(CodeElement element) {
        return element instanceof FieldInstruction field
                ? Integer.parseInt(field.name().stringValue().substring(FIELD.length()))
                : -1;
    }

    private CodeElement renumbered(CodeElement element) {
        boolean isNumbered = element instanceof FieldInstruction field
                && field.owner().asInternalName().equals(SHARED)
                && field.name().stringValue().startsWith(FIELD);
        return isNumbered ? withNumber(element, numbers.getOrDefault(number(element), number(element))) : element;
    }

    private static CodeElement withNumber(CodeElement element, int number) {
        return element instanceof FieldInstruction field
                ? FieldInstruction.of(
                        field.opcode(),
                        ConstantPoolBuilder.of()
                                .fieldRefEntry(field.owner().asSymbol(), FIELD + number, field.typeSymbol()))
                : element;
    }
}
