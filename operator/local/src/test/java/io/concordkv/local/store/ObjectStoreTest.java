package io.concordkv.local.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Revisions, the log of changes and the files of the store.
class ObjectStoreTest {
    private static final GroupResource MAPS = new GroupResource("", "configmaps");

    @TempDir
    Path directory;

    private static ObjectNode map(String value) {
        ObjectNode object = Trees.object().put("kind", "ConfigMap");
        object.putObject("metadata").put("name", "n");
        object.putObject("data").put("key", value);
        return object;
    }

    private static ObjectKey key(String namespace, String name) {
        return new ObjectKey(MAPS, namespace, name);
    }

    private static List<String> values(ObjectStore.Listing listing) {
        return listing.items().stream()
                .map(item -> Trees.text(item, "data", "key"))
                .toList();
    }

    @Test
    void everyChangeGetsTheNextRevisionAndIsLogged() {
        ObjectStore store = new ObjectStore(directory, 10);
        long start = store.revision();
        store.put(key("a", "x"), map("1"));
        store.put(key("a", "x"), map("2"));
        store.remove(key("a", "x"));
        assertThat(store.changesAfter(MAPS, start))
                .extracting(Change::kind)
                .containsExactly(Change.Kind.ADDED, Change.Kind.MODIFIED, Change.Kind.DELETED);
        ObjectNode last = store.changesAfter(MAPS, start).getLast().after();
        assertThat(Meta.resourceVersion(last)).isEqualTo(start + 3);
        assertThat(store.remove(key("a", "x"))).isNull();
        assertThat(store.revision()).isEqualTo(start + 3);
    }

    @Test
    void aListCanBeReadAsItWasWhileTheLogReachesBack() {
        ObjectStore store = new ObjectStore(directory, 3);
        store.put(key("a", "x"), map("1"));
        store.put(key("a", "y"), map("2"));
        store.put(key("b", "z"), map("3"));
        long then = store.revision();
        store.put(key("a", "x"), map("changed"));
        store.remove(key("a", "y"));
        store.put(key("a", "new"), map("4"));
        assertThat(values(store.list(MAPS, "a"))).containsExactly("4", "changed");
        assertThat(values(store.listAt(MAPS, "a", then))).containsExactly("1", "2");
        store.put(key("b", "z"), map("5"));
        assertThatThrownBy(() -> store.listAt(MAPS, "a", then))
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.code()).isEqualTo(410));
    }

    @Test
    void aRestartKeepsObjectsNeverReusesARevisionAndForgetsTheLog() {
        ObjectStore first = new ObjectStore(directory, 10);
        first.put(key("a", "x"), map("1"));
        first.put(
                new ObjectKey(new GroupResource("rbac.authorization.k8s.io", "clusterroles"), "", "system:x"),
                map("2"));
        first.put(key("a", "gone"), map("3"));
        first.remove(key("a", "gone"));
        long last = first.revision();

        ObjectStore second = new ObjectStore(directory, 10);
        assertThat(values(second.list(MAPS, ""))).containsExactly("1");
        assertThat(second.types()).hasSize(2);
        assertThat(second.revision()).isGreaterThanOrEqualTo(last);
        assertThatThrownBy(() -> second.changesAfter(MAPS, last - 1)).isInstanceOf(StatusException.class);
        second.put(key("a", "x"), map("4"));
        assertThat(second.revision()).isGreaterThan(last);
    }

    @Test
    void aWriteThatWasCutShortIsDroppedAndADamagedFileIsNamed() throws IOException {
        new ObjectStore(directory, 10).put(key("a", "x"), map("1"));
        Path folder = directory.resolve("objects/configmaps/a");
        Files.writeString(folder.resolve("y.json.new"), "{\"half");
        assertThat(values(new ObjectStore(directory, 10).list(MAPS, ""))).containsExactly("1");
        Files.writeString(folder.resolve("x.json"), "{\"half");
        assertThatThrownBy(() -> new ObjectStore(directory, 10)).hasMessageContaining("x.json");
    }

    @Test
    void selectorsAreReadAsQueryParametersWriteThem() {
        ObjectNode object = map("1");
        Meta.of(object).putObject("labels").put("a", "1").put("b", "x");
        for (String matching :
                List.of("", "a=1", "a==1,b=x", "a!=2", "a in (1, 2)", "b notin (y)", "a", "!c", "c!=1")) {
            assertThat(Selector.labels(matching).test(object)).as(matching).isTrue();
        }
        for (String other : List.of("a=2", "a!=1", "a in (3)", "b notin (x,y)", "c", "!a", "c=1")) {
            assertThat(Selector.labels(other).test(object)).as(other).isFalse();
        }
        assertThat(Selector.fields("metadata.name=n,data.key!=2", List.of("data.key"))
                        .test(object))
                .isTrue();
        assertThatThrownBy(() -> Selector.fields("data.key=1", List.of()))
                .hasMessage("field label not supported: data.key");
    }
}
