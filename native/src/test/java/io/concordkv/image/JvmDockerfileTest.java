package io.concordkv.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.concordkv.image.ImageRecipe.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The multi-platform Dockerfile and the command make the same images.
class JvmDockerfileTest {
    private static final Path HERE = Path.of("").toAbsolutePath();

    @ParameterizedTest
    @EnumSource
    void aTargetIsWhatTheCommandMakes(Kind kind) throws IOException {
        ImageRecipe recipe = Recipes.of(kind, HERE.getParent());
        List<String> stage = stage(kind);
        assertThat(List.of(new ObjectMapper().readValue(value(stage, "ENTRYPOINT"), String[].class)))
                .isEqualTo(recipe.entryPoint());
        assertThat(value(stage, "USER")).isEqualTo(ImageRecipe.USER + ":" + ImageRecipe.USER);
        Map<String, String> environment = Arrays.stream(value(stage, "ENV").split(" "))
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(word -> word[0], word -> word[1]));
        assertThat(environment).isEqualTo(recipe.environment());
    }

    private static List<String> stage(Kind kind) throws IOException {
        List<String> lines = Files.readAllLines(HERE.resolve("Dockerfile.jvm"));
        int begin = lines.indexOf("FROM scratch AS " + kind.id());
        return lines.subList(begin, lines.size());
    }

    /// Of the stage's first line with the instruction.
    private static String value(List<String> stage, String instruction) {
        return stage.stream()
                .filter(line -> line.startsWith(instruction + " "))
                .findFirst()
                .orElseThrow()
                .substring(instruction.length() + 1);
    }
}
