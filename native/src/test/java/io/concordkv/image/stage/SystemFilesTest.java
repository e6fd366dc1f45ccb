package io.concordkv.image.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SystemFilesTest {
    @Test
    void librariesOfTheMachineAreTakenFromWhatLddPrints() {
        String output = """
                /x/jre/bin/java:
                \tlinux-vdso.so.1 (0x00007ffe)
                \tlibjli.so => /x/jre/bin/../lib/libjli.so (0x00007f01)
                \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f02)
                \t/lib64/ld-linux-x86-64.so.2 (0x00007f03)
                /x/jre/lib/libjava.so:
                \tlibjvm.so => not found
                \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f04)
                """;
        assertThat(SystemFiles.libraries(output, Path.of("/x/jre")))
                .containsExactly("/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2");
    }
}
