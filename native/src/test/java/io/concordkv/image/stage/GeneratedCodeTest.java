package io.concordkv.image.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Classes as Quarkus generates them, in two builds that numbered things differently.
class GeneratedCodeTest {
    private static final ClassDesc SHARED = ClassDesc.of("io.quarkus.runtime.generated.SharedConfig");
    private static final ClassDesc CUSTOMIZER = ClassDesc.of("io.quarkus.runtime.generated.RunTimeConfigCustomizer");
    private static final ClassDesc HELPER = ClassDesc.of("io.quarkus.runtime.configuration.AbstractConfigBuilder");
    private static final ClassDesc CONFIG = ClassDesc.of("io.smallrye.config.ConfigMappings$ConfigClass");

    private static final ClassDesc RECORDED = ClassDesc.of("io.quarkus.runner.recorded.OperatorSDKProcessor$x");

    @Test
    void keysAreNumberedInTheOrderOfClassesAndConstants() {
        var one = recorded(List.of("proxykey7", "proxykey3"), List.of("proxykey3", "other7"));
        var two = recorded(List.of("proxykey2", "proxykey9"), List.of("proxykey9", "other7"));
        assertThat(GeneratedCode.canonical(one)).usingRecursiveComparison().isEqualTo(GeneratedCode.canonical(two));
        assertThat(text(GeneratedCode.canonical(one).get("b/B.class")))
                .contains("proxykey2", "other7")
                .doesNotContain("proxykey1", "proxykey3");
    }

    @Test
    void configurationClassesAreNumberedByName() {
        var one = settings(List.of("a.A", "b.B", "c.C"));
        var two = settings(List.of("c.C", "a.A", "b.B"));
        assertThat(one).isNotEqualTo(two);
        assertThat(GeneratedCode.canonical(one)).usingRecursiveComparison().isEqualTo(GeneratedCode.canonical(two));
        assertThat(ClassFile.of().verify(GeneratedCode.canonical(one).get(name(SHARED))))
                .isEmpty();
    }

    @Test
    void theRecordedDefaultOfRetriesIsLeftOut() {
        byte[] with = retry(2_000L);
        byte[] without = type(RECORDED, code -> code.iconst_0().pop());
        assertThat(GeneratedCode.canonical(new TreeMap<>(Map.of(name(RECORDED), with))))
                .usingRecursiveComparison()
                .isEqualTo(GeneratedCode.canonical(new TreeMap<>(Map.of(name(RECORDED), without))));
    }

    @Test
    void aRecordedIntervalThatSomeBuildsWouldLoseIsRefused() {
        assertThatThrownBy(() -> GeneratedCode.canonical(new TreeMap<>(Map.of(name(RECORDED), retry(500L)))))
                .hasMessageContaining("retry.interval.initial");
    }

    private static byte[] retry(long millis) {
        var type = ClassDesc.of("io.javaoperatorsdk.operator.processing.retry.GenericRetry");
        return type(
                RECORDED,
                code -> code.aload(1)
                        .loadConstant(millis)
                        .invokevirtual(type, "setInitialInterval", MethodTypeDesc.of(type, ConstantDescs.CD_long))
                        .pop()
                        .iconst_0()
                        .pop());
    }

    @Test
    void otherFilesStayAsTheyAre() {
        var entries = new TreeMap<>(Map.of("META-INF/x", "proxykey7".getBytes(StandardCharsets.UTF_8)));
        assertThat(text(GeneratedCode.canonical(entries).get("META-INF/x"))).isEqualTo("proxykey7");
    }

    private static SortedMap<String, byte[]> recorded(List<String> a, List<String> b) {
        return new TreeMap<>(Map.of("a/A.class", constants("a.A", a), "b/B.class", constants("b.B", b)));
    }

    private static byte[] constants(String name, List<String> texts) {
        return type(
                ClassDesc.of(name), code -> texts.forEach(text -> code.ldc(text).pop()));
    }

    /// @param order in which this build came upon the classes
    private static SortedMap<String, byte[]> settings(List<String> order) {
        byte[] shared = type(SHARED, code -> {
            for (int i = 0; i < order.size(); i++) {
                code.ldc(order.get(i)).ldc("prefix." + order.get(i));
                code.invokestatic(
                        HELPER,
                        "configClass",
                        MethodTypeDesc.of(CONFIG, ConstantDescs.CD_String, ConstantDescs.CD_String));
                code.putstatic(SHARED, "configClass$" + i, CONFIG);
                code.ldc(order.get(i));
                code.invokestatic(
                        HELPER, "ensureLoaded", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String));
            }
        });
        byte[] customizer = type(CUSTOMIZER, code -> {
            code.getstatic(SHARED, "configClass$" + order.indexOf("b.B"), CONFIG)
                    .astore(1);
            code.getstatic(SHARED, "mapping$0", ConstantDescs.CD_Object).astore(2);
            for (int i = 0; i < order.size(); i++) {
                code.getstatic(SHARED, "configClass$" + i, CONFIG).astore(3 + i);
            }
        });
        return new TreeMap<>(Map.of(name(SHARED), shared, name(CUSTOMIZER), customizer));
    }

    private static byte[] type(ClassDesc name, Consumer<CodeBuilder> body) {
        return ClassFile.of()
                .build(
                        name,
                        type -> type.withMethodBody(
                                ConstantDescs.CLASS_INIT_NAME,
                                ConstantDescs.MTD_void,
                                AccessFlag.STATIC.mask(),
                                code -> {
                                    body.accept(code);
                                    code.return_();
                                }));
    }

    private static String name(ClassDesc type) {
        return type.descriptorString().substring(1).replace(";", ".class");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
