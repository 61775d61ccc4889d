package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.DirEntry;
import jbuild.linux.DirectoryStream;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernel shows of stacked indexes, overlayfs over detached EROFS mounts, is what {@link
 * UnionTree} shows. Nothing is attached to the mount table.
 */
class OverlayMountRootTest {
  private Syscalls syscalls;

  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    if (!root) {
      System.err.println("skipped OverlayMountRootTest: mounting needs root");
    }
    assumeTrue(root);
    syscalls = Syscalls.load();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 9})
  void the_kernel_sees_what_the_union_tree_sees(int count) throws IOException {
    for (int seed = 0; seed < 3; seed++) {
      LayerStack stack = new LayerStack(dir.resolve(count + "-" + seed));
      RandomLayers layers = new RandomLayers(77L * seed + count, false);
      List<LayerUnit> units = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        stack.add(notOpaque(layers.next()));
      }
      for (Digest diffId : stack.diffIds) {
        units.add(stack.indexes.ensure(diffId));
      }
      try (UnionTree tree = UnionTree.open(units);
          Fd mount = overlay(units)) {
        new Comparison(tree).directory(mount, ByteString.of("."), BytePath.ROOT);
      }
    }
  }

  @Test
  void whiteouts_never_show_even_where_overlayfs_has_nothing_to_merge() throws IOException {
    LayerStack stack = new LayerStack(dir);
    stack.add(LayerStack.change().dir("d").whiteout("d/gone").file("d/here", "x"));
    stack.add(LayerStack.change().dir("other"));
    List<LayerUnit> units = stack.indexes.units(stack.diffIds);
    assertEquals(2, units.size());
    try (UnionTree tree = UnionTree.open(units);
        Fd mount = overlay(units)) {
      new Comparison(tree).directory(mount, ByteString.of("."), BytePath.ROOT);
    }
  }

  /** Overlayfs ignores the mark on a root; such layers are never stacked on others. */
  private static LayerStack.Change notOpaque(LayerStack.Change change) {
    change.tree.root().setOpaque(false);
    return change;
  }

  private Fd overlay(List<LayerUnit> units) throws IOException {
    List<Fd> lowers = new ArrayList<>();
    try (Fd context = syscalls.fsopen("overlay")) {
      for (int i = units.size() - 1; i >= 0; i--) {
        Fd lower = erofs(units.get(i));
        lowers.add(lower);
        syscalls.fsconfigFd(context, "lowerdir+", lower);
      }
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(context, MountFlags.ATTR_RDONLY);
    } finally {
      lowers.forEach(Fd::close);
    }
  }

  private Fd erofs(LayerUnit unit) throws IOException {
    try (Fd context = syscalls.fsopen("erofs")) {
      syscalls.fsconfigString(context, "source", ByteString.of(unit.index().toString()));
      for (Path device : unit.devices()) {
        syscalls.fsconfigString(context, "device", ByteString.of(device.toString()));
      }
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(context, MountFlags.ATTR_RDONLY);
    } catch (ErrnoException e) {
      boolean fileBacked = !e.getMessage().contains("ENOTBLK");
      if (!fileBacked) {
        System.err.println("skipped OverlayMountRootTest: file-backed EROFS is not there: " + e);
      }
      assumeTrue(fileBacked);
      throw e;
    }
  }

  private final class Comparison {
    private final UnionTree tree;
    private final Map<Long, String> inodes = new HashMap<>();
    private final Map<String, Long> identities = new HashMap<>();

    Comparison(UnionTree tree) {
      this.tree = tree;
    }

    void directory(Fd dir, ByteString name, BytePath path) throws IOException {
      inode(dir, name, tree.lookup(path));
      try (DirectoryStream stream = DirectoryStream.open(syscalls, dir, name)) {
        TreeSet<ByteString> seen = new TreeSet<>();
        for (DirEntry entry = stream.next(); entry != null; entry = stream.next()) {
          seen.add(entry.name());
        }
        List<Entry> entries = tree.list(path);
        TreeSet<ByteString> expected = new TreeSet<>();
        entries.forEach(entry -> expected.add(entry.path().name()));
        assertEquals(expected, seen, path.toString());
        for (Entry entry : entries) {
          if (entry.isDirectory()) {
            directory(stream.directory(), entry.path().name(), entry.path());
          } else {
            inode(stream.directory(), entry.path().name(), entry);
          }
        }
      }
    }

    private void inode(Fd dir, ByteString name, Entry entry) throws IOException {
      String path = entry.path().toString();
      FileStat stat = syscalls.statx(dir, name, false);
      assertEquals(entry.type(), stat.type(), path);
      SortedMap<ByteString, byte[]> xattrs = syscalls.xattrs(dir, name);
      assertEquals(
          entry.attributes(),
          new Attributes(
              stat.permissions(),
              stat.uid(),
              stat.gid(),
              stat.mtimeSeconds(),
              stat.mtimeNanos(),
              xattrs),
          path);
      if (entry.type() == FileType.SYMLINK) {
        assertEquals(entry.linkTarget(), syscalls.readlinkat(dir, name), path);
      }
      if (entry.type() == FileType.REGULAR) {
        assertEquals(entry.size(), stat.size(), path);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        tree.read(entry, content);
        assertArrayEquals(content.toByteArray(), read(dir, name, entry.size()), path);
      }
      if (!entry.isDirectory()) {
        String inode = stat.device() + ":" + stat.inode();
        String known = inodes.putIfAbsent(entry.identity(), inode);
        assertTrue(known == null || known.equals(inode), path);
        Long identity = identities.putIfAbsent(inode, entry.identity());
        assertTrue(identity == null || identity == entry.identity(), path);
      }
    }

    private byte[] read(Fd dir, ByteString name, long size) throws IOException {
      try (Fd file = syscalls.openat(dir, name, OpenFlags.RDONLY | OpenFlags.CLOEXEC, 0)) {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) size + 1);
        int count;
        do {
          count = syscalls.read(file, bytes);
        } while (count > 0);
        byte[] content = new byte[bytes.flip().remaining()];
        bytes.get(content);
        return content;
      }
    }
  }
}
