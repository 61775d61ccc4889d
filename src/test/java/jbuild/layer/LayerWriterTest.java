package jbuild.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import jbuild.io.BytePath;
import jbuild.oci.Digest;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerWriterTest {
  private static final Attributes PLAIN = Attributes.of(0644, 0, 0, 0);

  @TempDir Path directory;
  private DataRoot root;
  private BlobStore blobs;

  @BeforeEach
  void makeStore() throws IOException {
    root = new DataRoot(directory.resolve("store"));
    root.create();
    blobs = new BlobStore(root);
  }

  /** Content that is made while it is read. */
  private static RegularFile content(Attributes attributes, long size, byte[] bytes) {
    return new RegularFile(
        attributes,
        size,
        new FileData.Host(
            new HostFile() {
              @Override
              public ReadableByteChannel open() {
                return Channels.newChannel(new ByteArrayInputStream(bytes));
              }

              @Override
              public String toString() {
                return "/context/file";
              }
            }));
  }

  private static RegularFile content(Attributes attributes, byte[] bytes) {
    return content(attributes, bytes.length, bytes);
  }

  private static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Layer write(LayerTree tree) throws IOException {
    return new LayerWriter(blobs, new IndexStore(root), OptionalLong.empty()).write(tree);
  }

  @Test
  void layer_is_the_canonical_tar_and_its_tree_points_into_it() throws Exception {
    LayerTree tree = new LayerTree();
    for (int i = 0; i < 50; i++) {
      tree.put(BytePath.parse("d/" + i), content(PLAIN.withMtime(i, i), random(i, i * 1999)));
    }
    tree.put(BytePath.parse("empty"), content(PLAIN, new byte[0]));
    Layer layer = write(tree);

    byte[] tar = Files.readAllBytes(blobs.path(layer.diffId()));
    assertEquals(tar.length, layer.size());
    assertEquals(Digest.of(tar), layer.diffId());
    assertEquals(Trees.text(tree, tar), Trees.text(Trees.changeSet(tar), tar));
    assertArrayEquals(tar, Trees.write(layer.tree(), tar));
    RegularFile file = (RegularFile) tree.lookup(BytePath.parse("d/7"));
    assertArrayEquals(random(7, 7 * 1999), Trees.content(file, tar));
    assertEquals(1, file.segments().size());
  }

  @Test
  void same_tree_gives_the_same_digest() throws Exception {
    Digest first = write(TarWriterTest.awkward()).diffId();
    assertEquals(first, write(TarWriterTest.awkward()).diffId());
  }

  @Test
  void file_that_shrank_or_grew_fails_and_leaves_nothing() throws Exception {
    for (int size : new int[] {9, 11}) {
      LayerTree tree = new LayerTree();
      tree.put(BytePath.parse("f"), content(PLAIN, 10, new byte[size]));
      LayerException e = assertThrows(LayerException.class, () -> write(tree));
      assertTrue(
          String.valueOf(e.getMessage())
              .startsWith("read /context/file: it was changed while it was read: "),
          e.getMessage());
    }
    try (Stream<Path> left = Files.walk(root.tmp())) {
      assertEquals(List.of(root.tmp()), left.toList());
    }
  }

  @Test
  void newest_time_is_reported() throws Exception {
    LayerTree tree = new LayerTree();
    tree.put(BytePath.parse("implied/a"), content(PLAIN.withMtime(-5, 3), new byte[0]));
    tree.put(BytePath.parse("gone"), new Whiteout());
    Layer old = write(tree);
    assertEquals(-5, old.newestMtimeSeconds());
    assertEquals(3, old.newestMtimeNanos());

    tree.put(BytePath.parse("b"), content(PLAIN.withMtime(70, 1), new byte[0]));
    tree.put(BytePath.parse("c"), content(PLAIN.withMtime(70, 2), new byte[0]));
    Layer newer = write(tree);
    assertEquals(70, newer.newestMtimeSeconds());
    assertEquals(2, newer.newestMtimeNanos());
  }

  @Test
  void clamp_moves_only_newer_times_in_the_tar_and_in_the_tree() throws Exception {
    LayerTree tree = new LayerTree();
    tree.put(BytePath.parse("old"), content(PLAIN.withMtime(99, 5), new byte[0]));
    tree.put(BytePath.parse("just"), content(PLAIN.withMtime(100, 5), new byte[0]));
    tree.put(BytePath.parse("d"), new Directory(PLAIN.withMtime(200, 0)));
    tree.put(BytePath.parse("implied/f"), content(PLAIN, new byte[0]));
    Layer layer = new LayerWriter(blobs, new IndexStore(root), OptionalLong.of(100)).write(tree);
    String expected =
        """
        / DIRECTORY 755 0:0 0+0 implied
        d DIRECTORY 644 0:0 100+0
        implied DIRECTORY 755 0:0 0+0 implied
        implied/f REGULAR 644 0:0 0+0 0\s
        just REGULAR 644 0:0 100+0 0\s
        old REGULAR 644 0:0 99+5 0\s
        """;
    assertEquals(expected, Trees.text(tree));
    byte[] tar = Files.readAllBytes(blobs.path(layer.diffId()));
    assertEquals(expected, Trees.text(Trees.changeSet(tar), tar));
    assertEquals(100, layer.newestMtimeSeconds());
  }

  @Test
  void the_index_is_there_with_the_layer() throws Exception {
    LayerTree tree = new LayerTree();
    tree.put(BytePath.parse("f"), content(PLAIN, random(3, 2 << 20)));
    Layer layer = write(tree);
    Path index = root.index().resolve(layer.diffId().hex() + ".erofs");
    byte[] written = Files.readAllBytes(index);
    Files.delete(index);
    new IndexStore(root).ensure(layer.diffId());
    assertArrayEquals(Files.readAllBytes(index), written);
  }

  @Test
  void when_the_index_cannot_be_named_nothing_is_left_in_tmp() throws Exception {
    LayerTree tree = new LayerTree();
    tree.put(BytePath.parse("f"), content(PLAIN, random(4, 2 << 20)));
    Files.delete(root.index()); // nowhere to put it
    assertThrows(IOException.class, () -> write(tree));
    try (Stream<Path> left = Files.list(root.tmp())) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void a_layer_that_was_there_gets_the_index_that_is_missing() throws Exception {
    Layer first = write(oneFile());
    Path index = root.index().resolve(first.diffId().hex() + ".erofs");
    Files.delete(index);
    write(oneFile());
    assertTrue(Files.exists(index));
  }

  @Test
  void an_index_of_a_layer_that_is_gone_is_made_again() throws Exception {
    Layer first = write(oneFile());
    Path index = root.index().resolve(first.diffId().hex() + ".erofs");
    byte[] whole = Files.readAllBytes(index);
    Files.write(index, new byte[] {1});
    Files.delete(blobs.path(first.diffId()));
    write(oneFile());
    assertArrayEquals(whole, Files.readAllBytes(index));
  }

  private static LayerTree oneFile() {
    LayerTree tree = new LayerTree();
    tree.put(BytePath.parse("f"), content(PLAIN, random(5, 100)));
    return tree;
  }

  @Test
  void imported_tar_is_kept_as_it_is() throws Exception {
    byte[] tar =
        new TarBytes()
            .file("z", "last first")
            .file("./a", "x")
            .raw(new byte[1024])
            .raw(random(1, 5000))
            .bytes();
    Layer layer =
        new LayerImporter(blobs, new IndexStore(root))
            .read("foreign.tar", new ByteArrayInputStream(tar), LayerTreeBuilder.ofWholeTree());
    assertArrayEquals(tar, Files.readAllBytes(blobs.path(layer.diffId())));
    assertEquals(tar.length, layer.size());
    assertEquals(Digest.of(tar), layer.diffId());
    assertEquals(Trees.text(Trees.whole(tar), tar), Trees.text(layer.tree(), tar));
  }

  @Test
  void refused_tar_leaves_nothing_in_the_store() throws Exception {
    byte[] bad = new TarBytes().raw(random(2, 3 << 20)).bytes();
    byte[] late = new TarBytes().file("a", "x".repeat(3 << 20)).hardLink("b", "none").end();
    for (byte[] tar : List.of(bad, late)) {
      assertThrows(
          LayerException.class,
          () ->
              new LayerImporter(blobs, new IndexStore(root))
                  .read("bad.tar", new ByteArrayInputStream(tar), LayerTreeBuilder.ofWholeTree()));
    }
    for (Path place : List.of(root.tmp(), root.blobs())) {
      try (Stream<Path> left = Files.list(place)) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  @Test
  void t8_a_failed_import_stops_its_writer_thread() throws Exception {
    byte[] late = new TarBytes().file("a", "x".repeat(3 << 20)).hardLink("b", "none").end();
    assertThrows(
        LayerException.class,
        () ->
            new LayerImporter(blobs, new IndexStore(root))
                .read("bad.tar", new ByteArrayInputStream(late), LayerTreeBuilder.ofWholeTree()));
    assertEquals(
        List.of(),
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.equals("blob writer"))
            .toList());
  }

  @Test
  void merged_layers_can_be_exported_from_the_store() throws Exception {
    LayerTree lower = new LayerTree();
    lower.put(BytePath.parse("d/a"), content(PLAIN, random(1, 100_000)));
    lower.put(BytePath.parse("d/b"), content(PLAIN, random(2, 10)));
    byte[] sparse =
        new TarBytes()
            .pax("GNU.sparse.size", "70000", "GNU.sparse.map", "512,4,66000,3")
            .file("s", "abcdxyz")
            .end();
    Layer first = write(lower);
    Layer second =
        new LayerImporter(blobs, new IndexStore(root))
            .read("sparse.tar", new ByteArrayInputStream(sparse), LayerTreeBuilder.ofChangeSet());
    LayerTree merged = Merge.of(List.of(first.tree(), second.tree()));
    List<Path> paths = List.of(blobs.path(first.diffId()), blobs.path(second.diffId()));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StoredContent content = new StoredContent(out, paths)) {
      new TarWriter(out, content).write(merged);
    }
    byte[][] devices = {Files.readAllBytes(paths.get(0)), Files.readAllBytes(paths.get(1))};
    String expected = Trees.text(merged, devices);
    assertTrue(expected.contains("s REGULAR 644 0:0 0+0 70000 crc"), expected);
    byte[] tar = out.toByteArray();
    assertEquals(expected, Trees.text(Trees.whole(tar), tar));
  }

  @Test
  void layer_cut_short_in_the_store_is_noticed_by_an_export() throws Exception {
    LayerTree tree = new LayerTree();
    tree.put(BytePath.parse("f"), content(PLAIN, random(1, 5000)));
    Layer layer = write(tree);
    Path copy = directory.resolve("short.tar");
    Files.write(copy, Files.readAllBytes(blobs.path(layer.diffId())));
    try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      channel.truncate(1000);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StoredContent content = new StoredContent(out, List.of(copy))) {
      assertThrows(IOException.class, () -> new TarWriter(out, content).write(layer.tree()));
    }
    assertTrue(out.toString(UTF_8).startsWith("f"));
  }
}
