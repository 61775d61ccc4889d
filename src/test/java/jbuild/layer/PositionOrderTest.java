package jbuild.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers whose contents come in the order in which they lie elsewhere, and with holes. */
class PositionOrderTest {
  private static final Attributes PLAIN = Attributes.of(0644, 0, 0, 0);

  @TempDir Path directory;
  private final List<String> announced = new ArrayList<>();
  private final List<String> opened = new ArrayList<>();
  private BlobStore blobs;
  private IndexStore indexes;

  @BeforeEach
  void makeStore() throws IOException {
    DataRoot root = new DataRoot(directory.resolve("store")).create();
    blobs = new BlobStore(root);
    indexes = new IndexStore(root);
  }

  /** Content that lies somewhere, with or without holes. */
  private final class Placed implements HostFile {
    private final String name;
    private final byte[] content;
    private final long position;
    private final List<Island> islands;

    Placed(String name, byte[] content, long position, List<Island> islands) {
      this.name = name;
      this.content = content;
      this.position = position;
      this.islands = islands;
    }

    @Override
    public ReadableByteChannel open() {
      opened.add(name);
      return Channels.newChannel(new ByteArrayInputStream(content));
    }

    @Override
    public List<Island> islands() {
      return islands;
    }

    @Override
    public ReadableByteChannel openIsland(Island island) {
      int from = (int) island.offset();
      return Channels.newChannel(
          new ByteArrayInputStream(
              Arrays.copyOfRange(content, from, from + (int) island.length())));
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void willNeed() {
      announced.add(name);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private RegularFile file(String name, long position) {
    byte[] content = name.getBytes(UTF_8);
    return new RegularFile(
        PLAIN, content.length, new FileData.Host(new Placed(name, content, position, null)));
  }

  private RegularFile sparse(Attributes attributes, byte[] content, HostFile.Island... islands) {
    return new RegularFile(
        attributes,
        content.length,
        new FileData.Host(new Placed("sparse", content, 0, List.of(islands))));
  }

  private Layer write(LayerTree tree) throws IOException {
    return new LayerWriter(blobs, indexes, OptionalLong.empty())
        .write(tree, TarWriter.Order.POSITION);
  }

  private List<String> names(Layer layer) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(Files.newInputStream(blobs.path(layer.diffId())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName() + (entry.isLink() ? " -> " + entry.getLinkName() : ""));
      }
    }
    return names;
  }

  @Test
  void contents_come_by_position_after_all_else_and_links_after_them() throws IOException {
    LayerTree tree = new LayerTree();
    RegularFile twice = file("twice", 30);
    tree.put(BytePath.parse("a/last"), file("last", 40));
    tree.put(BytePath.parse("a/twice"), twice);
    tree.put(BytePath.parse("b/first"), file("first", 10));
    tree.put(BytePath.parse("b/link"), new Symlink(PLAIN, ByteString.of("x")));
    tree.put(BytePath.parse("c"), twice);
    tree.put(BytePath.parse("d"), file("second", 20));
    tree.put(BytePath.parse("e"), new RegularFile(PLAIN, 0, FileData.NONE));
    Layer layer = write(tree);
    assertEquals(
        List.of("b/link", "e", "b/first", "d", "a/twice", "a/last", "c -> a/twice"), names(layer));
    assertEquals(List.of("first", "second", "twice", "last"), opened);
    assertEquals(opened, announced);
  }

  @Test
  void the_tar_reads_as_the_tree_it_was_made_of() throws IOException {
    LayerTree tree = new LayerTree();
    RegularFile twice = file("twice", 30);
    tree.put(BytePath.parse("z"), twice);
    tree.put(BytePath.parse("y/x"), twice);
    tree.put(BytePath.parse("y/w"), file("w", 3));
    Layer layer = write(tree);
    byte[] tar = Files.readAllBytes(blobs.path(layer.diffId()));
    assertEquals(Trees.text(tree, tar), Trees.text(read(layer), tar));
  }

  private LayerTree read(Layer layer) throws IOException {
    return Trees.whole(Files.readAllBytes(blobs.path(layer.diffId())));
  }

  @Test
  void a_file_with_holes_is_stored_without_them_and_read_with_them() throws IOException {
    byte[] content = new byte[5 << 20];
    Arrays.fill(content, 8192, 12288, (byte) 7);
    Arrays.fill(content, (5 << 20) - 4096, 5 << 20, (byte) 8);
    SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
    xattrs.put(ByteString.of("user.x"), new byte[] {1});
    LayerTree tree = new LayerTree();
    String longName = "d/" + "n".repeat(200);
    tree.put(
        BytePath.parse(longName),
        sparse(
            PLAIN.withXattrs(xattrs),
            content,
            new HostFile.Island(8192, 4096),
            new HostFile.Island((5 << 20) - 4096, 4096)));
    Layer layer = write(tree);
    assertEquals(512 * 3 + 512 + 2 * 4096 + 1024, layer.size());
    RegularFile stored = (RegularFile) read(layer).lookup(BytePath.parse(longName));
    assertEquals(content.length, stored.size());
    assertInstanceOf(FileData.Sparse.class, stored.data());
    assertEquals(
        ((RegularFile) tree.lookup(BytePath.parse(longName))).segments(), stored.segments());
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(Files.newInputStream(blobs.path(layer.diffId())))) {
      TarArchiveEntry entry = tar.getNextEntry();
      assertEquals(longName, entry.getName());
      assertEquals(content.length, entry.getRealSize());
      assertArrayEquals(content, tar.readAllBytes());
    }
  }

  @Test
  void a_file_that_is_one_hole_has_no_data_at_all() throws IOException {
    LayerTree tree = new LayerTree();
    tree.put(BytePath.parse("hole"), sparse(PLAIN, new byte[2 << 20]));
    Layer layer = write(tree);
    RegularFile stored = (RegularFile) read(layer).lookup(BytePath.parse("hole"));
    assertEquals(2 << 20, stored.size());
    assertEquals(List.of(), stored.segments());
  }

  @Test
  void a_selinux_label_that_was_kept_is_in_the_tree_again() throws IOException {
    SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
    xattrs.put(Xattrs.SELINUX, "system_u:object_r:etc_t:s0\0".getBytes(UTF_8));
    LayerTree tree = new LayerTree();
    tree.put(
        BytePath.parse("labelled"), new RegularFile(PLAIN.withXattrs(xattrs), 0, FileData.NONE));
    Layer layer = write(tree);
    Inode read = read(layer).lookup(BytePath.parse("labelled"));
    assertArrayEquals(xattrs.get(Xattrs.SELINUX), read.attributes().xattrs().get(Xattrs.SELINUX));
  }
}
