package jbuild.layer;

import static jbuild.layer.LayerStack.DIR;
import static jbuild.layer.LayerStack.FILE;
import static jbuild.layer.LayerStack.change;
import static jbuild.layer.LayerStack.names;
import static jbuild.layer.LayerStack.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.oci.ChainId;
import jbuild.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexStoreTest {
  private static final FileTime PAST = FileTime.fromMillis(1_000_000);

  @TempDir Path dir;

  private LayerStack stack;

  @BeforeEach
  void makeStore() throws IOException {
    stack = new LayerStack(dir);
  }

  @Test
  void an_index_made_again_from_the_tar_has_the_same_bytes() throws IOException {
    stack.add(
        change()
            .root(DIR.withMtime(5, 123))
            .dir("d")
            .opaque("d")
            .file("d/a", "content")
            .whiteout("gone")
            .link("l", "d")
            .put("p", new Special(FILE, FileType.FIFO, 0, 0)));
    Path index = stack.index(stack.diffIds.get(0));
    byte[] fromTree = Files.readAllBytes(index);
    Files.delete(index);
    stack.indexes.ensure(stack.diffIds.get(0));
    assertArrayEquals(fromTree, Files.readAllBytes(index));
  }

  @Test
  void a_good_index_is_left_alone() throws IOException {
    stack.add(change().file("a", "a"));
    Path index = age(stack.index(stack.diffIds.get(0)));
    stack.indexes.ensure(stack.diffIds.get(0));
    assertEquals(PAST, Files.getLastModifiedTime(index));
  }

  @Test
  void a_damaged_index_is_made_again() throws IOException {
    stack.add(change().file("a", "a"));
    Path index = stack.index(stack.diffIds.get(0));
    byte[] good = Files.readAllBytes(index);
    byte[] otherName = good.clone();
    otherName[1024 + 64] = 'x'; // the checksum covers it
    for (byte[] bad :
        List.of(new byte[0], new byte[4096], Arrays.copyOf(good, good.length - 512), otherName)) {
      Files.write(index, bad);
      stack.indexes.ensure(stack.diffIds.get(0));
      assertArrayEquals(good, Files.readAllBytes(index));
    }
  }

  @Test
  void the_index_of_another_layer_is_not_taken() throws IOException {
    stack.add(change().file("a", "a")).add(change().file("b", "b"));
    Path first = stack.index(stack.diffIds.get(0));
    byte[] good = Files.readAllBytes(first);
    Files.copy(stack.index(stack.diffIds.get(1)), first, StandardCopyOption.REPLACE_EXISTING);
    stack.indexes.ensure(stack.diffIds.get(0));
    assertArrayEquals(good, Files.readAllBytes(first));
  }

  @Test
  void a_tar_of_another_size_than_indexed_is_noticed() throws IOException {
    stack.add(change().file("a", "x".repeat(5000)));
    Path tar = stack.blobs.path(stack.diffIds.get(0));
    Files.setPosixFilePermissions(tar, PosixFilePermissions.fromString("rw-------"));
    Files.write(tar, Arrays.copyOf(Files.readAllBytes(tar), 1024));
    LayerException e = assertThrows(LayerException.class, () -> stack.indexes.units(stack.diffIds));
    assertTrue(e.getMessage().contains("stops in the middle"), e.getMessage());
  }

  @Test
  void a_missing_tar_is_named() throws IOException {
    Digest absent = Digest.of(new byte[0]);
    LayerException e = assertThrows(LayerException.class, () -> stack.indexes.ensure(absent));
    assertEquals("index layer " + absent + ": its tar is not in the store", e.getMessage());
  }

  @Test
  void sixteen_layers_are_stacked_and_seventeen_are_merged() throws IOException {
    for (int i = 1; i <= 16; i++) {
      stack.add(change().file("f" + i, ""));
    }
    assertEquals(16, stack.indexes.units(stack.diffIds).size());
    stack.add(change().file("f17", ""));
    List<LayerUnit> units = stack.indexes.units(stack.diffIds);
    assertEquals(1, units.size());
    assertEquals(stack.diffIds, units.get(0).layers());
    assertEquals(stack.index(ChainId.of(stack.diffIds)), units.get(0).index());
    assertEquals(17, units.get(0).devices().size());
    stack.add(change().file("f18", ""));
    units = stack.indexes.units(stack.diffIds);
    assertEquals(2, units.size(), "the next one stands on the merged ones");
    assertEquals(17, units.get(0).layers().size());
  }

  @Test
  void a_merged_prefix_is_used_when_it_is_there() throws IOException {
    stack.add(change().file("a", "")).add(change().file("b", "")).add(change().file("c", ""));
    stack.indexes.ensureMerged(stack.diffIds.subList(0, 2));
    List<LayerUnit> units = stack.indexes.units(stack.diffIds);
    assertEquals(2, units.size());
    assertEquals(stack.diffIds.subList(0, 2), units.get(0).layers());
    try (UnionTree tree = UnionTree.open(units)) {
      assertEquals(List.of("a", "b", "c"), names(tree, "/"));
    }
  }

  @Test
  void the_facts_of_a_layer_survive_in_its_index() throws IOException {
    LayerUnit plain = put(change().root(DIR).dir("d"));
    LayerUnit implied = put(change().root(DIR).file("d/x", ""));
    LayerUnit links = put(change().root(DIR).put("b", new LinkBelow(FILE, ByteString.of("a"))));
    LayerUnit opaque = put(change().root(DIR).opaque("/"));
    LayerUnit rootless = put(change().dir("d"));
    assertEquals(new IndexFacts(false, false, false, false), plain.facts());
    assertEquals(new IndexFacts(true, false, false, false), implied.facts());
    assertEquals(new IndexFacts(false, true, false, false), links.facts());
    assertEquals(new IndexFacts(false, false, true, false), opaque.facts());
    assertEquals(new IndexFacts(false, false, false, true), rootless.facts());
    for (LayerUnit unit : List.of(plain, implied, links, opaque, rootless)) {
      age(unit.index());
      assertEquals(unit, stack.indexes.ensure(unit.layers().get(0)));
      assertEquals(PAST, Files.getLastModifiedTime(unit.index()));
    }
    assertNull(IndexFacts.parse("jbuild-2:d"));
    assertNull(IndexFacts.parse("jbuild-1:ld"));
  }

  @Test
  void a_hard_link_below_the_bottom_layer_is_an_error() throws IOException {
    stack.add(change().put("b", new LinkBelow(FILE, ByteString.of("a"))));
    assertThrows(LayerException.class, () -> stack.indexes.units(stack.diffIds));
  }

  @Test
  void holes_off_the_block_boundaries_are_copied_to_a_device_of_their_own() throws IOException {
    String content = "x".repeat(700) + "\0".repeat(5000) + "y".repeat(10) + "\0".repeat(100_000);
    stack.addTar(sparseTar(content, 0, 700, 5700, 10));
    Digest diffId = stack.diffIds.get(0);
    LayerUnit unit = stack.indexes.ensure(diffId);
    assertEquals(2, unit.devices().size());
    try (UnionTree tree = stack.union()) {
      assertEquals(content, text(tree, "/sparse"));
    }
    Path index = age(unit.index());
    assertEquals(unit, stack.indexes.ensure(diffId));
    assertEquals(PAST, Files.getLastModifiedTime(index));
    Files.delete(unit.devices().get(1));
    assertEquals(unit, stack.indexes.ensure(diffId), "a missing copy is made again");
    stack.add(change().file("top", ""));
    LayerUnit merged = stack.indexes.ensureMerged(stack.diffIds);
    assertEquals(3, merged.devices().size());
    try (UnionTree tree = UnionTree.open(List.of(merged))) {
      assertEquals(content, text(tree, "/sparse"));
    }
  }

  @Test
  void holes_on_the_block_boundaries_stay_in_the_tar() throws IOException {
    String content = "\0".repeat(4096) + "x".repeat(1024) + "\0".repeat(512) + "tail";
    stack.addTar(sparseTar(content, 4096, 1024, 5632, 4));
    assertEquals(1, stack.indexes.ensure(stack.diffIds.get(0)).devices().size());
    try (UnionTree tree = stack.union()) {
      assertEquals(content, text(tree, "/sparse"));
    }
  }

  @Test
  void an_index_grows_with_the_data_and_not_with_the_holes() throws IOException {
    String content = "\0".repeat(512) + "x".repeat(512) + "\0".repeat(16 << 20);
    stack.addTar(sparseTar(content, 512, 512));
    LayerUnit unit = stack.indexes.ensure(stack.diffIds.get(0));
    assertTrue(Files.size(unit.index()) < 80 << 10, "a table of single blocks has 256 KiB");
    try (UnionTree tree = stack.union()) {
      assertEquals(content, text(tree, "/sparse"));
    }
  }

  @Test
  void contents_are_passed_over_when_a_tar_is_indexed() throws IOException {
    long size = 1L << 40; // a hole on the disk, but an hour of reading
    byte[] header =
        new TarBytes().member("huge", '0', "", h -> TarBytes.base256(h, 124, 12, size)).bytes();
    Digest name = Digest.of(header);
    try (FileChannel tar =
        FileChannel.open(
            stack.blobs.path(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      tar.write(ByteBuffer.wrap(header));
      tar.write(ByteBuffer.wrap(new byte[1024]), 512 + size);
    }
    stack.diffIds.add(name);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          try (UnionTree tree = stack.union()) {
            Entry huge = tree.lookup(BytePath.parse("/huge"));
            assertEquals(size, huge == null ? 0 : huge.size());
          }
        });
  }

  @Test
  void nothing_is_left_in_tmp() throws IOException {
    stack.addTar(sparseTar("x".repeat(700) + "\0".repeat(5000), 0, 700));
    stack.indexes.ensure(stack.diffIds.get(0));
    try (Stream<Path> files = Files.list(stack.root.tmp())) {
      assertFalse(files.findAny().isPresent());
    }
  }

  private LayerUnit put(LayerStack.Change change) throws IOException {
    stack.diffIds.clear();
    stack.add(change);
    return stack.indexes.ensure(stack.diffIds.get(0));
  }

  private static Path age(Path file) throws IOException {
    return Files.setLastModifiedTime(file, PAST);
  }

  /** A tar with one sparse file in the form PAX 0.1; {@code islands} are offsets and lengths. */
  private static byte[] sparseTar(String content, int... islands) {
    StringBuilder map = new StringBuilder();
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < islands.length; i += 2) {
      map.append(i == 0 ? "" : ",").append(islands[i]).append(',').append(islands[i + 1]);
      data.append(content, islands[i], islands[i] + islands[i + 1]);
    }
    return new TarBytes()
        .pax(
            "GNU.sparse.map",
            map.toString(),
            "GNU.sparse.numblocks",
            Integer.toString(islands.length / 2),
            "GNU.sparse.size",
            Integer.toString(content.length()))
        .file("sparse", data.toString())
        .end();
  }
}
