package io.concordkv.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every disk must do. Subclasses say which one.
abstract class DiskContract {
    @TempDir
    Path folder;

    private Disk disk;

    abstract Disk newDisk(Path folder) throws IOException;

    @BeforeEach
    void openDisk() throws IOException {
        disk = newDisk(folder);
    }

    @AfterEach
    void closeDisk() throws IOException {
        disk.close();
    }

    static ByteBuffer bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    static String text(DiskFile file, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(length);
        int count = file.read(into, position);
        byte[] bytes = new byte[count];
        into.flip().get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        try (DiskFile file = disk.create("a")) {
            file.write(bytes("hello world"), 0);
            file.write(bytes("W"), 6);
            assertThat(text(file, 0, 100)).isEqualTo("hello World");
            assertThat(text(file, 6, 3)).isEqualTo("Wor");
            assertThat(text(file, 11, 3)).isEmpty();
            assertThat(text(file, 1000, 3)).isEmpty();
            assertThat(file.size()).isEqualTo(11);
            assertThat(file.path()).isEqualTo("a");
            file.sync();
        }
        try (DiskFile file = disk.open("a")) {
            assertThat(text(file, 0, 5)).isEqualTo("hello");
        }
    }

    @Test
    void aGapReadsAsZerosAcrossPages() throws IOException {
        try (DiskFile file = disk.create("a")) {
            file.write(bytes("x"), 10_000);
            assertThat(file.size()).isEqualTo(10_001);
            assertThat(text(file, 9_998, 10)).isEqualTo("\0\0x");
            assertThat(text(file, 4_095, 2)).isEqualTo("\0\0");
            file.write(bytes("abcdef"), 4_093);
            assertThat(text(file, 4_092, 8)).isEqualTo("\0abcdef\0");
        }
    }

    @Test
    void truncationCutsAndExtends() throws IOException {
        try (DiskFile file = disk.create("a")) {
            file.write(bytes("x".repeat(9_000)), 0);
            file.truncate(5);
            assertThat(file.size()).isEqualTo(5);
            file.truncate(9_000);
            assertThat(file.size()).isEqualTo(9_000);
            assertThat(text(file, 0, 8)).isEqualTo("xxxxx\0\0\0");
            assertThat(text(file, 8_999, 8)).isEqualTo("\0");
        }
    }

    @Test
    void namesAreCreatedListedRenamedAndDeleted() throws IOException {
        disk.createDirectories("d/e");
        disk.createDirectories("d/e");
        disk.create("d/e/two").close();
        disk.create("d/e/one").close();
        disk.syncDirectory("d/e");
        assertThat(disk.list("d/e")).containsExactly("one", "two");
        assertThat(disk.list("d")).containsExactly("e");
        assertThat(disk.list("")).contains("d");
        assertThat(disk.exists("d/e/one")).isTrue();

        disk.rename("d/e/one", "d/e/two");
        assertThat(disk.list("d/e")).containsExactly("two");
        disk.rename("d", "moved");
        assertThat(disk.exists("moved/e/two")).isTrue();
        disk.delete("moved/e/two");
        disk.delete("moved/e");
        assertThat(disk.list("moved")).isEmpty();
        assertThat(disk.exists("moved/e")).isFalse();
    }

    @Test
    void renameReplacesTheContent() throws IOException {
        try (DiskFile one = disk.create("one");
                DiskFile two = disk.create("two")) {
            one.write(bytes("1"), 0);
            two.write(bytes("2"), 0);
        }
        disk.rename("one", "two");
        try (DiskFile file = disk.open("two")) {
            assertThat(text(file, 0, 9)).isEqualTo("1");
        }
        assertThat(disk.exists("one")).isFalse();
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        disk.createDirectories("d");
        disk.create("d/a").close();
        assertThatThrownBy(() -> disk.create("d/a")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.open("d/b")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.create("x/b")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.delete("d/b")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.list("x")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.delete("d")).isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> disk.rename("d/b", "d/c")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open("../a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> disk.open("/a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> disk.open("d//a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spaceIsTold() throws IOException {
        assertThat(disk.totalBytes()).isPositive();
        assertThat(disk.freeBytes()).isBetween(0L, disk.totalBytes());
    }

    @Test
    void aClosedFileIsNotReadable() throws IOException {
        DiskFile file = disk.create("a");
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
    }
}
