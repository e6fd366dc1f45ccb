package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/// The volume of each node. Fixed once the cluster exists, until volumes can grow.
///
/// @param size         quantity of bytes, such as `1Gi`
/// @param storageClass name of a StorageClass; absent = the default one
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.class) == has(oldSelf.class) && (!has(self.class) || self.class == oldSelf.class)",
        message = "changing spec.storage.class is not supported yet")
@ValidationRule(
        value = "quantity(self.size).compareTo(quantity(oldSelf.size)) >= 0",
        message = "spec.storage.size must not shrink",
        fieldPath = ".size")
@ValidationRule(
        value = "quantity(self.size).compareTo(quantity(oldSelf.size)) <= 0",
        message = "growing spec.storage.size is not supported yet",
        fieldPath = ".size")
@ValidationRule(
        value = "isQuantity(self.size) && quantity(self.size).compareTo(quantity('64Mi')) >= 0",
        message = "spec.storage.size must be a quantity of at least 64Mi, such as 1Gi",
        fieldPath = ".size")
public record ClusterStorage(
        @JsonPropertyDescription("Bytes of the volume, such as 1Gi.")
        @Default("1Gi")
        @Size(min = 1, max = 24)
        @Pattern("^[1-9][0-9]{0,15}(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$")
        String size,

        @JsonProperty("class")
        @JsonPropertyDescription("StorageClass; absent = the default one.")
        @Size(min = 1, max = 253)
        @Nullable
        String storageClass) {

    public static final String SIZE_DEFAULT = "1Gi";
    public static final ClusterStorage DEFAULT = new ClusterStorage(SIZE_DEFAULT, null);

    public ClusterStorage {
        size = size == null ? SIZE_DEFAULT : size;
    }
}
