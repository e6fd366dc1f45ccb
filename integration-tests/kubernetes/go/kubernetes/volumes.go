package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	provisioner       = "concordkv.io/folder"
	claimProvisioner  = "volume.kubernetes.io/storage-provisioner" // set by the volume controller
	claimSelectedNode = "volume.kubernetes.io/selected-node"       // set by the scheduler
	volumeProvisioner = "pv.kubernetes.io/provisioned-by"
)

// volumes makes a folder and a volume of type local for every claim of its storage class once the scheduler chose
// the node, grows volumes when their claims ask for more, and removes both when the claim is gone. (Type local and
// not hostPath: only for local does the kubelet apply fsGroup.)
type volumes struct {
	client kubernetes.Interface
	folder string
}

func newVolumesCommand() *cobra.Command {
	var kubeconfig, folder string
	command := &cobra.Command{Use: "volumes", SilenceUsage: true, RunE: func(*cobra.Command, []string) error {
		config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
		if err != nil {
			return err
		}
		client, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		(&volumes{client, folder}).run(context.Background())
		return nil
	}}
	command.Flags().StringVar(&kubeconfig, "kubeconfig", "", "the cluster and its administrator")
	command.Flags().StringVar(&folder, "folder", "", "where the volumes' folders are, on every node")
	return command
}

func (v *volumes) run(ctx context.Context) {
	factory := informers.NewSharedInformerFactory(v.client, 10*time.Second) // what failed is tried again then
	on := func(informer cache.SharedIndexInformer, act func(any) error) {
		try := func(object any) {
			if err := act(object); err != nil && !apierrors.IsAlreadyExists(err) && !apierrors.IsNotFound(err) {
				log.Print(err)
			}
		}
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: try, UpdateFunc: func(_, now any) { try(now) }})
		if err != nil {
			log.Fatal(err)
		}
	}
	on(factory.Core().V1().PersistentVolumeClaims().Informer(), func(object any) error {
		claim := object.(*core.PersistentVolumeClaim)
		if claim.Annotations[claimProvisioner] != provisioner || claim.DeletionTimestamp != nil {
			return nil
		}
		if claim.Status.Phase == core.ClaimBound {
			return v.grow(ctx, claim)
		}
		return v.provide(ctx, claim)
	})
	on(factory.Core().V1().PersistentVolumes().Informer(), func(object any) error {
		return v.remove(ctx, object.(*core.PersistentVolume))
	})
	factory.Start(ctx.Done())
	<-ctx.Done()
}

func (v *volumes) provide(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	node := claim.Annotations[claimSelectedNode]
	if node == "" || claim.Spec.StorageClassName == nil {
		return nil
	}
	class, err := v.client.StorageV1().StorageClasses().Get(ctx, *claim.Spec.StorageClassName, meta.GetOptions{})
	if err != nil {
		return err
	}
	name := "pvc-" + string(claim.UID)
	path := filepath.Join(v.folder, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	_, err = v.client.CoreV1().PersistentVolumes().Create(ctx, &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{volumeProvisioner: provisioner}},
		Spec: core.PersistentVolumeSpec{
			StorageClassName:              class.Name,
			PersistentVolumeReclaimPolicy: reclaimPolicy(class),
			AccessModes:                   claim.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			ClaimRef: &core.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{
					Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node}}}}}}},
		}}, meta.CreateOptions{})
	return err
}

func reclaimPolicy(class *storage.StorageClass) core.PersistentVolumeReclaimPolicy {
	if class.ReclaimPolicy == nil {
		return core.PersistentVolumeReclaimDelete
	}
	return *class.ReclaimPolicy
}

// grow raises the volume first: a claim never promises more than its volume has.
func (v *volumes) grow(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	wanted := claim.Spec.Resources.Requests[core.ResourceStorage]
	if has := claim.Status.Capacity[core.ResourceStorage]; wanted.Cmp(has) <= 0 {
		return nil
	}
	capacity := map[string]any{"capacity": core.ResourceList{core.ResourceStorage: wanted}}
	patch, err := json.Marshal(map[string]any{"spec": capacity})
	if err != nil {
		return err
	}
	if _, err := v.client.CoreV1().PersistentVolumes().Patch(
		ctx, claim.Spec.VolumeName, types.MergePatchType, patch, meta.PatchOptions{}); err != nil {
		return fmt.Errorf("growing the volume of %s/%s: %w", claim.Namespace, claim.Name, err)
	}
	if patch, err = json.Marshal(map[string]any{"status": capacity}); err != nil {
		return err
	}
	_, err = v.client.CoreV1().PersistentVolumeClaims(claim.Namespace).Patch(
		ctx, claim.Name, types.MergePatchType, patch, meta.PatchOptions{}, "status")
	return err
}

func (v *volumes) remove(ctx context.Context, volume *core.PersistentVolume) error {
	if volume.Annotations[volumeProvisioner] != provisioner || volume.Status.Phase != core.VolumeReleased ||
		volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete || volume.DeletionTimestamp != nil {
		return nil
	}
	if filepath.Dir(volume.Spec.Local.Path) != filepath.Clean(v.folder) {
		return errors.New(volume.Name + ": its folder is not one of ours, it is left alone: " + volume.Spec.Local.Path)
	}
	if err := os.RemoveAll(volume.Spec.Local.Path); err != nil {
		return err
	}
	return v.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{})
}
