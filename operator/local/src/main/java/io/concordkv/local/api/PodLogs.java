package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// `GET pods/NAME/log`: chooses the container and hands the rest to the pod runtime.
final class PodLogs {
    private PodLogs() {}

    static ApiResponse stream(Target target, ObjectNode pod, ApiRequest request, PodRuntime runtime) {
        String container = container(target, pod, request.parameter("container"));
        PodRuntime.LogOptions options = new PodRuntime.LogOptions(
                request.flag("follow"),
                request.flag("previous"),
                number(request, "tailLines"),
                request.flag("timestamps"),
                since(request),
                number(request, "limitBytes"));
        try {
            InputStream log = runtime.logs(target.namespace(), target.name(), container, options);
            return new ApiResponse.Stream("text/plain", log);
        } catch (PodRuntime.LogNotAvailable e) {
            throw StatusException.badRequest(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw StatusException.internal("the log cannot be read: " + e.getMessage());
        }
    }

    private static String container(Target target, ObjectNode pod, String wanted) {
        List<String> names = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            Trees.at(pod, "spec", list).forEach(container -> names.add(Trees.text(container, "name")));
        }
        if (wanted.isEmpty()) {
            if (Trees.at(pod, "spec", "containers").size() > 1) {
                throw StatusException.badRequest(
                        "a container name must be specified for pod " + target.name() + ", choose one of: " + names);
            }
            return names.isEmpty() ? "" : names.getFirst();
        }
        if (!names.contains(wanted)) {
            throw StatusException.badRequest("container " + wanted + " is not valid for pod " + target.name());
        }
        return wanted;
    }

    private static OptionalInt number(ApiRequest request, String name) {
        long value = request.number(name, -1);
        return value < 0 ? OptionalInt.empty() : OptionalInt.of((int) Math.min(value, Integer.MAX_VALUE));
    }

    private static @org.jspecify.annotations.Nullable Duration since(ApiRequest request) {
        long seconds = request.number("sinceSeconds", -1);
        if (seconds >= 0) {
            return Duration.ofSeconds(seconds);
        }
        String time = request.parameter("sinceTime");
        if (time.isEmpty()) {
            return null;
        }
        try {
            Duration age = Duration.between(Instant.parse(time), Instant.now());
            return age.isNegative() ? Duration.ZERO : age;
        } catch (DateTimeParseException e) {
            throw StatusException.badRequest("sinceTime is not an RFC 3339 time: " + time);
        }
    }
}
