package jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import jbuild.layer.LayerExtractor;
import jbuild.layer.Shell;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@link TortureTree}, archived by GNU tar and imported, is the same in every field as its source
 * when the kernel shows it, whichever way it is mounted. {@code -Djbuild.test.many=120000} makes
 * its largest directory that large.
 */
class TortureTreeRootTest {
  private static final int MANY = Integer.getInteger("jbuild.test.many", 3000);

  @TempDir static Path dir;
  private static Map<String, String> source;
  private static SnapshotFixture store;

  @BeforeAll
  static void makeTree() throws Exception {
    Shell.assumeRoot("devices, owners and mounts of the torture tree");
    Syscalls syscalls = Syscalls.load();
    Path tree = Files.createDirectory(dir.resolve("source"));
    TortureTree.make(syscalls, tree, MANY);
    store = new SnapshotFixture(dir.resolve("store"), null).addDirectory(tree, "--acls", "-S");
    try (Fd top = store.directory(tree)) {
      source = MountedTree.lines(syscalls, top);
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void the_kernel_shows_the_torture_tree_as_its_source(Rung rung) throws IOException {
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), rung)) {
      fixture.layers.addAll(store.layers);
      try (ActiveSnapshot snapshot = fixture.prepare();
          Fd mounted = fixture.mount(snapshot)) {
        assertSame(source, MountedTree.lines(fixture.syscalls, mounted));
      }
    }
  }

  @Test
  void an_extracted_torture_tree_is_its_source() throws IOException {
    Path target = dir.resolve("extracted");
    List<Path> tars = List.of(store.root.blob(store.layers.get(0)));
    new LayerExtractor(store.syscalls, tars, LayerExtractor.Form.PLAIN)
        .extract(store.indexes.tree(store.indexes.ensure(store.layers.get(0))), target);
    try (Fd top = store.directory(target)) {
      assertSame(source, MountedTree.lines(store.syscalls, top));
    }
  }

  /** With few words: the trees are large. */
  static void assertSame(Map<String, String> expected, Map<String, String> seen) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> paths = new TreeSet<>(expected.keySet());
    paths.addAll(seen.keySet());
    for (String path : paths) {
      if (!String.valueOf(expected.get(path)).equals(seen.get(path))) {
        differences.add("expected: " + expected.get(path) + "\n    seen: " + seen.get(path));
      }
    }
    int shown = Math.min(differences.size(), 10);
    assertEquals(List.of(), differences.subList(0, shown), differences.size() + " differences");
  }
}
