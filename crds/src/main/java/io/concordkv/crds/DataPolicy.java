package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What becomes of the volumes when the resource is deleted.
public enum DataPolicy {
    /// The claims stay; a cluster of the same name adopts them.
    @JsonProperty("Retain")
    RETAIN,
    /// The claims are deleted after the last pod has ended.
    @JsonProperty("Delete")
    DELETE
}
