package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Command line and environment of a container, as a process on this machine.
///
/// A process has no mounts and no address of its own, so on top of what Kubernetes does
/// - environment values and arguments that begin with a mount path (also after the `=` of
///   `-Dname=path`) get the volume's directory instead,
/// - `CONCORD_MOUNT_<VOLUME>` names that directory, `CONCORD_TERMINATION_LOG` the file behind
///   `terminationMessagePath`, `CONCORD_HOSTS_FILE` the names of other pods,
/// - `CONCORD_BIND` is always the pod's address: `0.0.0.0` would collide with other pods.
///
/// @param arguments the command line; the first is the program
record ContainerCommand(List<String> arguments, Map<String, String> environment) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\$|\\$\\(([A-Za-z_][A-Za-z0-9_.-]*)\\)");
    private static final List<String> FROM_MACHINE =
            List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "JAVA_HOME");

    /// Where things of one pod are on this machine.
    record Place(PodDirectory directory, Map<String, Path> volumes, String address, Path hostsFile) {}

    static ContainerCommand of(Pod pod, Container container, ImageTable.Image image, Place place, PodVolumes sources)
            throws PodVolumes.NotReady {
        var mounts = mounts(container, place);
        var environment = new LinkedHashMap<String, String>();
        for (String name : FROM_MACHINE) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        environment.putAll(image.environment());
        environment.put("HOSTNAME", pod.getMetadata().getName());
        addFrom(pod, container, sources, environment);
        for (var variable : container.getEnv()) {
            String value = value(pod, container, variable, sources, environment);
            environment.put(variable.getName(), mapped(value, mounts));
        }
        for (var mount : container.getVolumeMounts()) {
            environment.put("CONCORD_MOUNT_" + constant(mount.getName()), mounts.get(mount.getMountPath()));
        }
        environment.put(
                "CONCORD_TERMINATION_LOG",
                place.directory().terminationLog(container.getName()).toString());
        environment.put("CONCORD_HOSTS_FILE", place.hostsFile().toString());
        environment.put("CONCORD_BIND", place.address());

        var arguments = new ArrayList<String>();
        // The image's own command holds paths of this machine already.
        if (container.getCommand().isEmpty()) {
            arguments.addAll(expanded(image.command(), environment));
        }
        for (var given : List.of(container.getCommand(), container.getArgs())) {
            expanded(given, environment).forEach(argument -> arguments.add(mapped(argument, mounts)));
        }
        return new ContainerCommand(arguments, environment);
    }

    /// Host path by mount path, the termination log included.
    private static Map<String, String> mounts(Container container, Place place) throws PodVolumes.NotReady {
        var mounts = new LinkedHashMap<String, String>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            Path volume = place.volumes().get(mount.getName());
            if (volume == null) {
                throw new PodVolumes.NotReady("volume \"" + mount.getName() + "\" is not in the pod");
            }
            Path path = mount.getSubPath() == null ? volume : volume.resolve(mount.getSubPath());
            mounts.put(mount.getMountPath(), path.toString());
        }
        if (container.getTerminationMessagePath() != null) {
            mounts.put(
                    container.getTerminationMessagePath(),
                    place.directory().terminationLog(container.getName()).toString());
        }
        return mounts;
    }

    private static void addFrom(Pod pod, Container container, PodVolumes sources, Map<String, String> environment)
            throws PodVolumes.NotReady {
        String namespace = pod.getMetadata().getNamespace();
        for (var from : container.getEnvFrom()) {
            String prefix = Objects.requireNonNullElse(from.getPrefix(), "");
            if (from.getConfigMapRef() != null) {
                var reference = from.getConfigMapRef();
                sources.configMap(namespace, reference.getName(), Boolean.TRUE.equals(reference.getOptional()))
                        .forEach((key, value) -> environment.put(prefix + key, text(value)));
            }
            if (from.getSecretRef() != null) {
                var reference = from.getSecretRef();
                sources.secret(namespace, reference.getName(), Boolean.TRUE.equals(reference.getOptional()))
                        .forEach((key, value) -> environment.put(prefix + key, text(value)));
            }
        }
    }

    private static String value(
            Pod pod, Container container, EnvVar variable, PodVolumes sources, Map<String, String> before)
            throws PodVolumes.NotReady {
        var from = variable.getValueFrom();
        if (from == null) {
            return expanded(Objects.requireNonNullElse(variable.getValue(), ""), before);
        }
        String namespace = pod.getMetadata().getNamespace();
        if (from.getFieldRef() != null) {
            return PodFields.value(pod, from.getFieldRef().getFieldPath());
        }
        if (from.getResourceFieldRef() != null) {
            var reference = from.getResourceFieldRef();
            return PodFields.resource(container, reference.getResource(), reference.getDivisor());
        }
        if (from.getConfigMapKeyRef() != null) {
            var reference = from.getConfigMapKeyRef();
            boolean optional = Boolean.TRUE.equals(reference.getOptional());
            var map = sources.configMap(namespace, reference.getName(), optional);
            return key(map, reference.getKey(), optional, "configmap " + reference.getName());
        }
        if (from.getSecretKeyRef() != null) {
            var reference = from.getSecretKeyRef();
            boolean optional = Boolean.TRUE.equals(reference.getOptional());
            var map = sources.secret(namespace, reference.getName(), optional);
            return key(map, reference.getKey(), optional, "secret " + reference.getName());
        }
        throw new PodVolumes.NotReady("environment variable " + variable.getName() + " has an unknown source");
    }

    private static String key(Map<String, byte[]> map, String key, boolean optional, String where)
            throws PodVolumes.NotReady {
        byte[] value = map.get(key);
        if (value == null && !optional) {
            throw new PodVolumes.NotReady("couldn't find key " + key + " in " + where);
        }
        return value == null ? "" : text(value);
    }

    private static List<String> expanded(List<String> texts, Map<String, String> environment) {
        return texts.stream().map(text -> expanded(text, environment)).toList();
    }

    /// `$(NAME)` is the variable's value when there is one; `$$` is a dollar.
    private static String expanded(String text, Map<String, String> environment) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String name = match.group(1);
            if (name == null) {
                return Matcher.quoteReplacement("$");
            }
            return Matcher.quoteReplacement(environment.getOrDefault(name, match.group()));
        });
    }

    private static String mapped(String text, Map<String, String> mounts) {
        int start = text.startsWith("-") ? text.indexOf('=') + 1 : 0;
        String path = text.substring(start);
        for (var mount : mounts.entrySet()) {
            String mountPath = mount.getKey();
            if (path.equals(mountPath) || path.startsWith(mountPath + "/")) {
                return text.substring(0, start) + mount.getValue() + path.substring(mountPath.length());
            }
        }
        return text;
    }

    private static String constant(String volume) {
        return volume.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
