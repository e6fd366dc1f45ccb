package io.concordkv.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A test that brings about these codes of API §3 over HTTP. It fails when it did not see them.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Provokes.Held.class)
public @interface Provokes {
    String[] value();

    /// Compares what a test said with what it saw.
    final class Held implements BeforeEachCallback, AfterEachCallback {
        @Override
        public void beforeEach(ExtensionContext test) {
            Problems.forget();
        }

        @Override
        public void afterEach(ExtensionContext test) {
            if (test.getExecutionException().isEmpty()) {
                Provokes said = test.getRequiredTestMethod().getAnnotation(Provokes.class);
                assertThat(Problems.seen())
                        .as("codes of %s", test.getDisplayName())
                        .contains(said.value());
            }
        }
    }
}
