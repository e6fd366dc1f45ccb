package io.concordkv.image.stage;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.List;

/// The call `retry.setInitialInterval(2000)` in the recorded configuration of the operator's controllers.
/// `GenericRetry` begins with 2000 anyway, and the setter has an overload: a build whose reflection meets
/// that one first does not record the call. The operator's own values come from its settings at run time.
final class RetryDefault {
    private static final String RECORDED = "io/quarkus/runner/recorded/OperatorSDKProcessor$";
    private static final long DEFAULT_MILLIS = 2_000;
    /// Load of the object, load of the value, call, drop of its result.
    private static final int CALL = 4;
    private static final ClassFile CLASSES = ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL);

    private RetryDefault() {}

    static boolean isRecorded(String entry) {
        return entry.startsWith(RECORDED) && entry.endsWith(".class");
    }

    /// @throws IllegalStateException when the call sets another value than the default
    static byte[] leftOut(byte[] bytes) {
        return CLASSES.transformClass(
                CLASSES.parse(bytes),
                ClassTransform.transformingMethods(method -> method.code().isPresent(), (builder, element) -> {
                    if (element instanceof CodeModel code) {
                        builder.withCode(out -> without(code.elementList()).forEach(out));
                    } else {
                        builder.with(element);
                    }
                }));
    }

    private static List<CodeElement> without(List<CodeElement> code) {
        var kept = new ArrayList<CodeElement>();
        for (int at = 0; at < code.size(); at++) {
            if (at + CALL <= code.size() && isCall(code.get(at + 2))) {
                requireDefault(code.get(at + 1));
                at += CALL - 1;
            } else {
                kept.add(code.get(at));
            }
        }
        return kept;
    }

    private static boolean isCall(CodeElement element) {
        return element instanceof InvokeInstruction call
                && call.owner().asInternalName().endsWith("/GenericRetry")
                && call.name().equalsString("setInitialInterval");
    }

    private static void requireDefault(CodeElement element) {
        if (!(element instanceof ConstantInstruction value)
                || !Long.valueOf(DEFAULT_MILLIS).equals(value.constantValue())) {
            throw new IllegalStateException(
                    "GenericRetry.setInitialInterval is given " + element
                            + ", but some builds leave it out: set it as quarkus.operator-sdk.controllers.*.retry.interval.initial");
        }
    }
}
