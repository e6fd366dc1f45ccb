// Command kubernetes is every Kubernetes component and kubectl in one binary. The name it is called by, or else
// its first argument, says which.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var components = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": func() *cobra.Command { return controllers.NewControllerManagerCommand() },
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
	"volumes":                 newVolumesCommand,
}

func main() {
	os.Args[0] = filepath.Base(os.Args[0])
	if _, found := components[os.Args[0]]; !found && len(os.Args) > 1 {
		os.Args = os.Args[1:]
	}
	component, found := components[os.Args[0]]
	if !found {
		fmt.Fprintln(os.Stderr, "usage: kubernetes COMPONENT [FLAGS], one of", slices.Sorted(maps.Keys(components)))
		os.Exit(2)
	}
	os.Exit(cli.Run(component()))
}
