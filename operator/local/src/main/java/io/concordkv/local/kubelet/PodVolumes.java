package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Gives each volume of a pod a directory on this machine.
final class PodVolumes {
    private final KubernetesClient client;
    private final Path claims;

    /// A volume is not there yet; the pod waits and the kubelet tries again.
    static final class NotReady extends Exception {
        private static final long serialVersionUID = 1L;

        NotReady(String message) {
            super(message);
        }
    }

    /// @param claims directory of the claims' data, see [ClaimProvisioner]
    PodVolumes(KubernetesClient client, Path claims) {
        this.client = client;
        this.claims = claims;
    }

    /// Directory by volume name. Contents of ConfigMaps and Secrets are written anew.
    Map<String, Path> prepare(Pod pod, PodDirectory directory) throws IOException, NotReady {
        var prepared = new LinkedHashMap<String, Path>();
        for (var volume : pod.getSpec().getVolumes()) {
            prepared.put(volume.getName(), prepare(pod, directory, volume));
        }
        return prepared;
    }

    private Path prepare(Pod pod, PodDirectory directory, Volume volume) throws IOException, NotReady {
        String namespace = pod.getMetadata().getNamespace();
        Path path = directory.volume(volume.getName());
        if (volume.getPersistentVolumeClaim() != null) {
            return claim(namespace, volume.getPersistentVolumeClaim().getClaimName());
        }
        if (volume.getHostPath() != null) {
            return Path.of(volume.getHostPath().getPath());
        }
        Files.createDirectories(path);
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            write(path, configMap(namespace, source.getName(), isTrue(source.getOptional())), source.getItems());
        } else if (volume.getSecret() != null) {
            var source = volume.getSecret();
            write(path, secret(namespace, source.getSecretName(), isTrue(source.getOptional())), source.getItems());
        } else if (volume.getDownwardAPI() != null) {
            for (var item : volume.getDownwardAPI().getItems()) {
                writeFile(
                        path,
                        item.getPath(),
                        bytes(PodFields.value(pod, item.getFieldRef().getFieldPath())));
            }
        } else if (volume.getProjected() != null) {
            for (var source : volume.getProjected().getSources()) {
                project(pod, path, source);
            }
        } else if (volume.getEmptyDir() == null) {
            throw new NotReady("volume \"" + volume.getName() + "\" has a type that this kubelet does not know; it"
                    + " knows persistentVolumeClaim, emptyDir, configMap, secret, downwardAPI, projected, hostPath");
        }
        return path;
    }

    private void project(Pod pod, Path path, VolumeProjection source) throws IOException, NotReady {
        String namespace = pod.getMetadata().getNamespace();
        if (source.getConfigMap() != null) {
            var map = source.getConfigMap();
            write(path, configMap(namespace, map.getName(), isTrue(map.getOptional())), map.getItems());
        } else if (source.getSecret() != null) {
            var secret = source.getSecret();
            write(path, secret(namespace, secret.getName(), isTrue(secret.getOptional())), secret.getItems());
        } else if (source.getDownwardAPI() != null) {
            for (var item : source.getDownwardAPI().getItems()) {
                writeFile(
                        path,
                        item.getPath(),
                        bytes(PodFields.value(pod, item.getFieldRef().getFieldPath())));
            }
        }
    }

    private Path claim(String namespace, String name) throws NotReady {
        var claim = client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (claim == null) {
            throw new NotReady("persistentvolumeclaim \"" + name + "\" not found");
        }
        if (claim.getStatus() == null || !"Bound".equals(claim.getStatus().getPhase())) {
            throw new NotReady("pod has unbound immediate PersistentVolumeClaims: " + name);
        }
        return ClaimProvisioner.directory(claims, namespace, name);
    }

    /// Also used for environment variables.
    Map<String, byte[]> configMap(String namespace, String name, boolean optional) throws NotReady {
        ConfigMap map =
                client.configMaps().inNamespace(namespace).withName(name).get();
        if (map == null) {
            return absent("configmap", name, optional);
        }
        var contents = new TreeMap<String, byte[]>();
        Objects.requireNonNullElse(map.getData(), Map.<String, String>of())
                .forEach((key, value) -> contents.put(key, bytes(value)));
        Objects.requireNonNullElse(map.getBinaryData(), Map.<String, String>of())
                .forEach((key, value) -> contents.put(key, Base64.getDecoder().decode(value)));
        return contents;
    }

    Map<String, byte[]> secret(String namespace, String name, boolean optional) throws NotReady {
        Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        if (secret == null) {
            return absent("secret", name, optional);
        }
        var contents = new TreeMap<String, byte[]>();
        Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
                .forEach((key, value) -> contents.put(key, Base64.getDecoder().decode(value)));
        return contents;
    }

    private static Map<String, byte[]> absent(String kind, String name, boolean optional) throws NotReady {
        if (optional) {
            return Map.of();
        }
        throw new NotReady(kind + " \"" + name + "\" not found");
    }

    private static void write(Path directory, Map<String, byte[]> contents, List<KeyToPath> items)
            throws IOException, NotReady {
        if (items.isEmpty()) {
            for (var entry : contents.entrySet()) {
                writeFile(directory, entry.getKey(), entry.getValue());
            }
            return;
        }
        for (var item : items) {
            byte[] value = contents.get(item.getKey());
            if (value == null) {
                throw new NotReady("references non-existent config key: " + item.getKey());
            }
            writeFile(directory, item.getPath(), value);
        }
    }

    private static void writeFile(Path directory, String name, byte[] value) throws IOException, NotReady {
        Path file = directory.resolve(name).normalize();
        if (!file.startsWith(directory)) {
            throw new NotReady("path " + name + " leads out of the volume");
        }
        Files.createDirectories(file.getParent());
        AtomicFiles.write(file, value);
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
