package io.concordkv.local.object;

/// The Kubernetes release whose API the built-in types follow; server, node and probes name this one.
public final class KubernetesVersion {
    public static final String MAJOR = "1";
    public static final String MINOR = "32";
    public static final String FULL = "v" + MAJOR + "." + MINOR + ".4";

    private KubernetesVersion() {}
}
