package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.LayerExtractor.Form;
import jbuild.linux.Arg;
import jbuild.linux.Errno;
import jbuild.linux.RecordingSyscalls;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerExtractorTest {
  @TempDir Path temporary;

  private final Syscalls syscalls = Syscalls.load();
  private Path target;
  private Attributes plain;

  @BeforeEach
  void takeOwner() throws IOException {
    target = temporary.resolve("target");
    int uid = (Integer) Files.getAttribute(temporary, "unix:uid");
    int gid = (Integer) Files.getAttribute(temporary, "unix:gid");
    plain = new Attributes(0644, uid, gid, 1_000_000, 123_456_789, Attributes.NO_XATTRS);
  }

  private List<String> extract(LayerTree tree, Path... tars) throws IOException {
    return new LayerExtractor(syscalls, List.of(tars), Form.PLAIN).extract(tree, target);
  }

  private LayerTree tree() {
    return new LayerTree(new Directory(plain.withMode(0751)));
  }

  private static RegularFile file(Attributes attributes, String content) {
    byte[] bytes = ByteString.of(content).toBytes();
    return new RegularFile(attributes, bytes.length, new FileData.Bytes(bytes));
  }

  private static BytePath path(String path) {
    return BytePath.parse(path);
  }

  @Test
  void what_was_extracted_walks_as_the_same_tree() throws IOException {
    LayerTree tree = tree();
    TreeMap<ByteString, byte[]> xattrs = new TreeMap<>();
    xattrs.put(ByteString.of("user.a"), new byte[] {0, 1, (byte) 255});
    xattrs.put(ByteString.of("user.empty"), new byte[0]);
    tree.put(path("d"), new Directory(plain.withMode(01777).withXattrs(xattrs)));
    tree.put(path("d/closed"), new Directory(plain.withMode(0).withMtime(-5, 7)));
    tree.put(path("d/closed/f"), file(plain.withMode(0400).withXattrs(xattrs), "content"));
    RegularFile linked = file(plain.withMode(06755), "linked");
    tree.put(path("a"), linked);
    tree.put(path("d/closed/b"), linked);
    tree.put(path("d/b"), linked);
    tree.put(path("empty"), file(plain, ""));
    Symlink link = new Symlink(plain, ByteString.of("/nowhere/\u00e4"));
    tree.put(path("l"), link);
    tree.put(path("d/l"), link);
    tree.put(path("p"), new Special(plain.withMode(0666), FileType.FIFO, 0, 0));
    tree.put(
        BytePath.ROOT.child(ByteString.of(new byte[] {(byte) 0xff, '\n', '\\'})), file(plain, "x"));

    assertEquals(List.of(), extract(tree));
    assertEquals(Trees.text(tree), HostTrees.text(syscalls, target));
  }

  @Test
  void contents_come_from_the_layers_and_holes_stay_holes() throws IOException {
    byte[] first = new byte[300_000];
    java.util.Arrays.fill(first, (byte) 7);
    byte[] second = {1, 2, 3, 4, 5, 6, 7, 8};
    Path[] tars = {temporary.resolve("0.tar"), temporary.resolve("1.tar")};
    Files.write(tars[0], first);
    Files.write(tars[1], second);
    LayerTree tree = tree();
    long sparseSize = 1L << 32;
    FileData.Extent begin = new FileData.Extent(3, 2, 0);
    FileData.Extent middle = new FileData.Extent(1L << 31, 4, 4);
    tree.put(path("a"), new RegularFile(plain, 200_000, new FileData.Stored(0, 512)));
    tree.put(
        path("s"),
        new RegularFile(plain, sparseSize, new FileData.Sparse(1, List.of(begin, middle))));
    extract(tree, tars);

    assertEquals(200_000, Files.size(target.resolve("a")));
    assertEquals(-1, Files.mismatch(target.resolve("a"), write("expected", first, 200_000)));
    try (var channel = Files.newByteChannel(target.resolve("s"))) {
      assertEquals(sparseSize, channel.size());
      assertArrayEquals(new byte[] {0, 0, 0, 1, 2, 0}, read(channel, 0, 6));
      assertArrayEquals(new byte[] {0, 5, 6, 7, 8, 0}, read(channel, (1L << 31) - 1, 6));
    }
    RegularFile sparse = (RegularFile) HostTrees.walk(syscalls, target).lookup(path("s"));
    DiskFile onDisk = (DiskFile) ((FileData.Host) sparse.data()).file();
    assertTrue(onDisk.stat().blocks() <= 64, "blocks: " + onDisk.stat().blocks());
  }

  private Path write(String name, byte[] bytes, int length) throws IOException {
    return Files.write(temporary.resolve(name), java.util.Arrays.copyOf(bytes, length));
  }

  private static byte[] read(java.nio.channels.SeekableByteChannel channel, long at, int count)
      throws IOException {
    java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(count);
    channel.position(at).read(buffer);
    return buffer.array();
  }

  @Test
  void large_pieces_of_zeros_become_holes() throws IOException {
    byte[] bytes = new byte[1 << 20];
    bytes[bytes.length / 2] = 1;
    LayerTree tree = tree();
    tree.put(path("f"), new RegularFile(plain, bytes.length, new FileData.Bytes(bytes)));
    Path source = Files.write(temporary.resolve("source"), bytes);
    RegularFile host =
        (RegularFile) HostTree.walk(syscalls, temporary, path("source"), HostTree.Filter.ALL).top();
    tree.put(path("h"), host);
    extract(tree);
    assertEquals(-1, Files.mismatch(source, target.resolve("f")));
    assertEquals(-1, Files.mismatch(source, target.resolve("h")));
    LayerTree walked = HostTrees.walk(syscalls, target);
    for (String name : List.of("f", "h")) {
      RegularFile file = (RegularFile) walked.lookup(path(name));
      long blocks = ((DiskFile) ((FileData.Host) file.data()).file()).stat().blocks();
      assertEquals(256, blocks, name);
    }
  }

  @Test
  void trees_deeper_than_a_path_may_be_long_are_written_walked_read_and_removed()
      throws IOException {
    LayerTree tree = tree();
    Directory directory = tree.root();
    ByteString name = ByteString.of("n".repeat(200));
    for (int depth = 0; depth < 300; depth++) {
      Directory below = new Directory(plain.withMode(0755));
      directory.put(name, below);
      directory = below;
    }
    directory.put(ByteString.of("first"), file(plain, "deep"));
    directory.put(ByteString.of("second"), directory.child(ByteString.of("first")));
    extract(tree);
    assertEquals(Trees.text(tree), HostTrees.text(syscalls, target));
    new KernelTreeRemover(syscalls).remove(target);
    assertTrue(Files.notExists(target));
  }

  @Test
  void target_must_be_new_or_empty() throws IOException {
    Files.createDirectory(target);
    extract(tree());
    assertEquals(Trees.text(tree()), HostTrees.text(syscalls, target));
    Files.createFile(target.resolve("f"));
    LayerException failure = assertThrows(LayerException.class, () -> extract(tree()));
    assertEquals(
        "extract to " + target + ": it is not empty (give a new or an empty directory)",
        failure.getMessage());
  }

  @Test
  void change_sets_are_refused_as_plain_directories() {
    LayerTree whiteout = tree();
    whiteout.put(path("gone"), new Whiteout());
    LayerException failure = assertThrows(LayerException.class, () -> extract(whiteout));
    assertInstanceOf(LayerException.class, failure);
    assertTrue(failure.getMessage().startsWith("extract " + target + "/gone: "));
  }

  @Test
  void cut_layer_is_named() throws IOException {
    Path tar = Files.write(temporary.resolve("0.tar"), new byte[700]);
    LayerTree tree = tree();
    tree.put(path("f"), new RegularFile(plain, 300, new FileData.Stored(0, 512)));
    LayerException failure = assertThrows(LayerException.class, () -> extract(tree, tar));
    assertEquals(
        "read layer "
            + tar
            + ": it ends at 700, in the middle of a file (it is damaged: pull or build it again)",
        failure.getMessage());
  }

  @Test
  void full_disk_is_said_in_words() {
    RecordingSyscalls full = new RecordingSyscalls().fail("pwrite", Errno.ENOSPC);
    LayerTree tree = tree();
    tree.put(path("d/f"), file(plain, "x"));
    LayerExtractor extractor = new LayerExtractor(full.syscalls(), List.of(), Form.PLAIN);
    LayerException failure =
        assertThrows(LayerException.class, () -> extractor.extract(tree, Path.of("/t")));
    assertEquals(
        "extract /t/d/f: no space left on device (free some space on that file system)",
        failure.getMessage());
    assertEquals(0, full.openDescriptors());
  }

  @Test
  void what_only_root_may_do_is_noted_once_and_set_id_bits_are_dropped() throws IOException {
    RecordingSyscalls user =
        new RecordingSyscalls()
            .fail("fchownat", Errno.EPERM)
            .fail("mknodat", Errno.EPERM)
            .fail("setxattr", Errno.EPERM);
    TreeMap<ByteString, byte[]> xattrs = new TreeMap<>();
    xattrs.put(ByteString.of("security.capability"), new byte[20]);
    LayerTree tree = tree();
    tree.put(path("a"), file(plain.withMode(06755).withXattrs(xattrs), ""));
    tree.put(path("b"), file(plain.withXattrs(xattrs), ""));
    tree.put(path("null"), new Special(plain, FileType.CHARACTER_DEVICE, 1, 3));
    tree.put(path("zero"), new Special(plain, FileType.CHARACTER_DEVICE, 1, 5));
    List<String> notes =
        new LayerExtractor(user.syscalls(), List.of(), Form.PLAIN).extract(tree, Path.of("/t"));
    String rest = " and perhaps of others: operation not permitted";
    assertEquals(
        List.of(
            "left out owner and set-id bits of /t/a" + rest,
            "left out xattr security.capability of /t/a" + rest,
            "left out device of /t/null" + rest),
        notes);
    List<String> modes =
        user.calls().stream()
            .filter(call -> call.startsWith("fchmodat") && call.contains(" a,"))
            .toList();
    assertEquals(1, modes.size());
    assertTrue(modes.get(0).endsWith(", a, " + Arg.number(0755) + ")"), modes.get(0));
  }
}
