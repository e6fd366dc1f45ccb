package io.concordkv.local.kubelet;

import static io.concordkv.local.client.Conditions.isDeleting;
import static io.concordkv.local.client.Conditions.isFinished;

import io.concordkv.local.client.EventRecorder;
import io.concordkv.local.client.ObjectKey;
import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Gives each claim of class `local` (the default) a volume: the directory
/// `volumes/<namespace>/<claim>`, empty at first, deleted with the claim unless its volume says
/// `Retain`. A claim that a pod uses stays until the pod is gone (`kubernetes.io/pvc-protection`).
/// Sizes are written down, not enforced.
final class ClaimProvisioner implements AutoCloseable {
    static final String STORAGE_CLASS = "local";
    private static final String PROVISIONER = "concordkv.io/local";
    private static final String PROTECTION = "kubernetes.io/pvc-protection";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

    private final KubernetesClient client;
    private final Path claims;
    private final EventRecorder events;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>("claim provisioner", this::reconcile);
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

    ClaimProvisioner(KubernetesClient client, Path claims) {
        this.client = client;
        this.claims = claims;
        this.events = new EventRecorder(client, PROVISIONER);
    }

    static Path directory(Path claims, String namespace, String claim) {
        return claims.resolve(namespace).resolve(claim);
    }

    void start() {
        if (client.storage().v1().storageClasses().withName(STORAGE_CLASS).get() == null) {
            client.resource(new StorageClassBuilder()
                            .withNewMetadata()
                            .withName(STORAGE_CLASS)
                            .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
                            .endMetadata()
                            .withProvisioner(PROVISIONER)
                            .withReclaimPolicy("Delete")
                            .withVolumeBindingMode("Immediate")
                            .withAllowVolumeExpansion(true)
                            .build())
                    .create();
        }
        informers.add(client.persistentVolumeClaims().inAnyNamespace().inform(new Handler<>() {
            @Override
            void seen(PersistentVolumeClaim claim) {
                queue.add(ObjectKey.of(claim));
            }
        }));
        // Volumes whose claim went while nobody looked.
        informers.add(client.persistentVolumes().inform(new Handler<>() {
            @Override
            void seen(PersistentVolume volume) {
                var claim = volume.getSpec().getClaimRef();
                if (claim != null) {
                    queue.add(new ObjectKey(claim.getNamespace(), claim.getName()));
                }
            }
        }));
        queue.start();
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        var claim = client.persistentVolumeClaims()
                .inNamespace(key.namespace())
                .withName(key.name())
                .get();
        reclaim(key, claim == null ? "" : claim.getMetadata().getUid());
        if (claim == null) {
            return Optional.empty();
        }
        if (isDeleting(claim)) {
            return letGo(claim) ? Optional.empty() : Optional.of(LOOK_AGAIN);
        }
        String storageClass = Objects.requireNonNullElse(claim.getSpec().getStorageClassName(), STORAGE_CLASS);
        if (!storageClass.equals(STORAGE_CLASS)) {
            events.warning(
                    claim,
                    "ProvisioningFailed",
                    "storageclass.storage.k8s.io \"" + storageClass + "\" not found: this machine has only \""
                            + STORAGE_CLASS + "\"");
            return Optional.of(Duration.ofSeconds(30));
        }
        bind(claim);
        return Optional.empty();
    }

    /// Volumes of earlier claims of this name: their data goes before a new claim gets the directory.
    private void reclaim(ObjectKey key, String uidToKeep) {
        for (var volume : client.persistentVolumes().list().getItems()) {
            var claim = volume.getSpec().getClaimRef();
            boolean lost = claim != null
                    && claim.getNamespace().equals(key.namespace())
                    && claim.getName().equals(key.name())
                    && !claim.getUid().equals(uidToKeep);
            if (!lost) {
                continue;
            }
            if ("Retain".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
                setPhase(volume, "Released");
                continue;
            }
            try {
                DirectoryTree.delete(directory(claims, key.namespace(), key.name()));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            client.resource(volume).delete();
        }
    }

    /// @return false while a pod uses the claim
    private boolean letGo(PersistentVolumeClaim claim) {
        boolean used = client.pods().inNamespace(claim.getMetadata().getNamespace()).list().getItems().stream()
                .filter(pod -> !isFinished(pod))
                .flatMap(pod -> pod.getSpec().getVolumes().stream())
                .anyMatch(volume -> volume.getPersistentVolumeClaim() != null
                        && volume.getPersistentVolumeClaim()
                                .getClaimName()
                                .equals(claim.getMetadata().getName()));
        if (!used && claim.getMetadata().getFinalizers().contains(PROTECTION)) {
            client.resource(new PersistentVolumeClaimBuilder(claim)
                            .editMetadata()
                            .removeFromFinalizers(PROTECTION)
                            .endMetadata()
                            .build())
                    .update();
        }
        return !used;
    }

    private void bind(PersistentVolumeClaim claim) {
        String volumeName = "pvc-" + claim.getMetadata().getUid();
        Quantity size = Objects.requireNonNullElse(
                claim.getSpec().getResources().getRequests().get("storage"), new Quantity("0"));
        var volume = client.persistentVolumes().withName(volumeName).get();
        if (volume == null) {
            volume = provision(claim, volumeName, size);
        }
        if (!size.equals(volume.getSpec().getCapacity().get("storage"))) {
            volume = client.resource(new PersistentVolumeBuilder(volume)
                            .editSpec()
                            .addToCapacity("storage", size)
                            .endSpec()
                            .build())
                    .update();
        }
        setPhase(volume, "Bound");
        bindClaim(claim, volumeName);
        boolean bound = claim.getStatus() != null
                && "Bound".equals(claim.getStatus().getPhase())
                && claim.getStatus().getCapacity() != null
                && size.equals(claim.getStatus().getCapacity().get("storage"));
        if (!bound) {
            client.persistentVolumeClaims()
                    .inNamespace(claim.getMetadata().getNamespace())
                    .withName(claim.getMetadata().getName())
                    .editStatus(present -> new PersistentVolumeClaimBuilder(present)
                            .editOrNewStatus()
                            .withPhase("Bound")
                            .withAccessModes(claim.getSpec().getAccessModes())
                            .addToCapacity("storage", size)
                            .endStatus()
                            .build());
        }
    }

    private void bindClaim(PersistentVolumeClaim claim, String volumeName) {
        boolean named = volumeName.equals(claim.getSpec().getVolumeName());
        boolean protectedAlready = claim.getMetadata().getFinalizers().contains(PROTECTION);
        if (named && protectedAlready) {
            return;
        }
        var finalizers = new ArrayList<>(claim.getMetadata().getFinalizers());
        if (!protectedAlready) {
            finalizers.add(PROTECTION);
        }
        client.resource(new PersistentVolumeClaimBuilder(claim)
                        .editMetadata()
                        .withFinalizers(finalizers)
                        .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
                        .addToAnnotations("volume.kubernetes.io/storage-provisioner", PROVISIONER)
                        .endMetadata()
                        .editSpec()
                        .withVolumeName(volumeName)
                        .endSpec()
                        .build())
                .update();
    }

    private PersistentVolume provision(PersistentVolumeClaim claim, String volumeName, Quantity size) {
        var metadata = claim.getMetadata();
        Path directory = directory(claims, metadata.getNamespace(), metadata.getName());
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        var volume = client.resource(new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName(volumeName)
                        .addToAnnotations("pv.kubernetes.io/provisioned-by", PROVISIONER)
                        .endMetadata()
                        .withNewSpec()
                        .withStorageClassName(STORAGE_CLASS)
                        .addToCapacity("storage", size)
                        .withAccessModes(claim.getSpec().getAccessModes())
                        .withPersistentVolumeReclaimPolicy("Delete")
                        .withNewHostPath(directory.toString(), "DirectoryOrCreate")
                        .withNewClaimRef()
                        .withApiVersion("v1")
                        .withKind("PersistentVolumeClaim")
                        .withNamespace(metadata.getNamespace())
                        .withName(metadata.getName())
                        .withUid(metadata.getUid())
                        .endClaimRef()
                        .endSpec()
                        .build())
                .create();
        events.normal(claim, "ProvisioningSucceeded", "Successfully provisioned volume " + volumeName);
        return volume;
    }

    private void setPhase(PersistentVolume volume, String phase) {
        if (volume.getStatus() == null || !phase.equals(volume.getStatus().getPhase())) {
            client.persistentVolumes()
                    .withName(volume.getMetadata().getName())
                    .editStatus(present -> new PersistentVolumeBuilder(present)
                            .editOrNewStatus()
                            .withPhase(phase)
                            .endStatus()
                            .build());
        }
    }

    private abstract static class Handler<T> implements ResourceEventHandler<T> {
        abstract void seen(T object);

        @Override
        public void onAdd(T object) {
            seen(object);
        }

        @Override
        public void onUpdate(T before, T now) {
            seen(now);
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            seen(object);
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
        queue.close();
        events.close();
    }
}
