package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.HostTree.Decision;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTreeTest {
  @TempDir Path root;

  private final Syscalls syscalls = Syscalls.load();
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  private HostTree walk(String start, HostTree.Filter filter) throws IOException {
    return HostTree.walk(syscalls, root, BytePath.parse(start), filter);
  }

  private LayerTree walkAll() throws IOException {
    return walk("/", HostTree.Filter.ALL).asLayer();
  }

  private DiskFile file(String path) throws IOException {
    RegularFile file = assertInstanceOf(RegularFile.class, walkAll().lookup(BytePath.parse(path)));
    return (DiskFile) assertInstanceOf(FileData.Host.class, file.data()).file();
  }

  private static String content(HostFile file) throws IOException {
    return new String(HostTrees.read(file), StandardCharsets.UTF_8);
  }

  @Test
  void names_and_link_targets_are_read_byte_for_byte() throws Exception {
    shell.run("mkdir \"$(printf 'd\\377')\"; cd \"$(printf 'd\\377')\"");
    shell.run("cd d*; printf hello > \"$(printf '\\200\\n')\"; ln -s \"$(printf '\\376')\" link");
    LayerTree tree = walkAll();
    ByteString directory = ByteString.of(new byte[] {'d', (byte) 0xff});
    BytePath parent = BytePath.ROOT.child(directory);
    // the shell strips the newline at the end
    RegularFile file =
        assertInstanceOf(
            RegularFile.class, tree.lookup(parent.child(ByteString.of(new byte[] {(byte) 0x80}))));
    assertEquals("hello", content(((FileData.Host) file.data()).file()));
    Symlink link =
        assertInstanceOf(Symlink.class, tree.lookup(parent.child(ByteString.of("link"))));
    assertEquals(ByteString.of(new byte[] {(byte) 0xfe}), link.target());
  }

  @Test
  void root_may_have_a_name_that_is_not_text() throws Exception {
    shell.run("mkdir \"$(printf 'd\\377')\"; echo x > \"$(printf 'd\\377')\"/f");
    Path odd;
    try (var entries = Files.newDirectoryStream(root)) {
      odd = entries.iterator().next();
    }
    HostTree tree = HostTree.walk(syscalls, odd, BytePath.parse("f"), HostTree.Filter.ALL);
    assertEquals("x\n", content(((FileData.Host) ((RegularFile) tree.top()).data()).file()));
  }

  @Test
  void attributes_are_those_of_the_inode() throws Exception {
    shell.run("echo x > f; chmod 4640 f; touch -d '1965-03-04 05:06:07.123456789Z' f");
    Inode file = walkAll().lookup(BytePath.parse("f"));
    assertNotNull(file);
    Attributes attributes = file.attributes();
    assertEquals(04640, attributes.mode());
    assertEquals(Files.getAttribute(root, "unix:uid"), attributes.uid());
    assertEquals(123456789, attributes.mtimeNanos());
    assertEquals(-152391233, attributes.mtimeSeconds());
    assertEquals(2, file.size());
  }

  @Test
  void names_of_one_file_share_an_inode() throws Exception {
    shell.run("mkdir d; echo x > a; ln a d/b; echo x > c; ln -s t s; ln -P s d/s");
    LayerTree tree = walkAll();
    assertSame(tree.lookup(BytePath.parse("a")), tree.lookup(BytePath.parse("d/b")));
    assertSame(tree.lookup(BytePath.parse("s")), tree.lookup(BytePath.parse("d/s")));
    assertTrue(tree.lookup(BytePath.parse("a")) != tree.lookup(BytePath.parse("c")));
  }

  @Test
  void sockets_are_left_out_with_a_note() throws Exception {
    Path socket = root.resolve("s");
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(socket));
      LayerTree tree = walkAll();
      assertNull(tree.lookup(BytePath.parse("s")));
      assertEquals(List.of("left out " + socket.toRealPath() + ": a socket"), tree.notes());
    }
  }

  @Test
  void fifos_are_kept_and_not_opened() throws Exception {
    shell.run("mkfifo p");
    assertEquals(FileType.FIFO, walkAll().lookup(BytePath.parse("p")).type());
  }

  @Test
  void pruned_directories_are_not_looked_into() throws Exception {
    shell.run("mkdir -p a/b c; touch a/b/f c/f");
    List<String> asked = new ArrayList<>();
    HostTree tree =
        walk(
            "/",
            (path, type) -> {
              asked.add(path + " " + type);
              return path.equals(BytePath.parse("a")) ? Decision.PRUNE : Decision.KEEP;
            });
    asked.sort(null);
    assertEquals(List.of("/a DIRECTORY", "/c DIRECTORY", "/c/f REGULAR"), asked);
    assertNull(tree.asLayer().lookup(BytePath.parse("a")));
  }

  @Test
  void skipped_directories_stay_when_something_below_is_kept() throws Exception {
    shell.run("mkdir -p a/b/c a/x d/e; touch a/b/c/keep a/b/no d/e/no; chmod 711 a/b");
    HostTree tree =
        walk("/", (path, type) -> path.name().equalsAscii("keep") ? Decision.KEEP : Decision.SKIP);
    LayerTree layer = tree.asLayer();
    assertEquals(0711, layer.lookup(BytePath.parse("a/b")).attributes().mode());
    assertNotNull(layer.lookup(BytePath.parse("a/b/c/keep")));
    assertNull(layer.lookup(BytePath.parse("a/b/no")));
    assertNull(layer.lookup(BytePath.parse("a/x")));
    assertNull(layer.lookup(BytePath.parse("d")));
  }

  @Test
  void links_on_the_way_to_the_start_cannot_leave_the_root() throws Exception {
    shell.run("mkdir -p ctx/etc/sub; echo mine > ctx/etc/sub/f; ln -s /etc ctx/l; ln -s / ctx/up");
    Path context = root.resolve("ctx");
    HostTree tree =
        HostTree.walk(syscalls, context, BytePath.parse("up/l/sub"), HostTree.Filter.ALL);
    RegularFile file = (RegularFile) tree.asLayer().lookup(BytePath.parse("f"));
    assertEquals("mine\n", content(((FileData.Host) file.data()).file()));
    LayerException failure =
        assertThrows(
            LayerException.class,
            () ->
                HostTree.walk(syscalls, context, BytePath.parse("l/passwd"), HostTree.Filter.ALL));
    assertEquals("read " + context + "/l/passwd: no such file or directory", failure.getMessage());
  }

  @Test
  void start_may_be_a_file_or_a_link() throws Exception {
    shell.run("echo x > f; ln -s f l");
    assertInstanceOf(RegularFile.class, walk("f", HostTree.Filter.ALL).top());
    assertInstanceOf(Symlink.class, walk("l", HostTree.Filter.ALL).top());
  }

  @Test
  void contents_of_any_size_are_read_into_direct_and_other_buffers() throws Exception {
    for (int size : new int[] {1, 65535, 65536, 65537, 300_000}) {
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) (i % 251);
      }
      Files.write(root.resolve("f"), bytes);
      DiskFile file = file("f");
      assertArrayEquals(bytes, HostTrees.read(file));
      ByteBuffer direct = ByteBuffer.allocateDirect(size + 1);
      try (ReadableByteChannel channel = file.open()) {
        while (channel.read(direct) >= 0) {
          assertTrue(direct.hasRemaining());
        }
        assertEquals(-1, channel.read(direct));
      }
      byte[] read = new byte[size];
      direct.flip().get(read);
      assertArrayEquals(bytes, read);
    }
  }

  @Test
  void file_of_another_size_was_changed() throws Exception {
    shell.run("echo x > f");
    DiskFile file = file("f");
    shell.run("echo more >> f");
    LayerException failure = assertThrows(LayerException.class, file::open);
    assertEquals(
        "read "
            + root.toRealPath()
            + "/f: changed while it was read (build again when nothing writes to it)",
        failure.getMessage());
  }

  @Test
  void another_file_in_its_place_was_changed() throws Exception {
    shell.run("echo x > f");
    DiskFile file = file("f");
    shell.run("echo y > g; mv g f");
    assertThrows(LayerException.class, file::open);
    shell.run("rm f; mkfifo f");
    assertThrows(LayerException.class, file::open);
    shell.run("rm f; echo x > g; ln -s g f");
    LayerException link = assertThrows(LayerException.class, file::open);
    assertTrue(link.getMessage().endsWith("(it was changed meanwhile; try again)"));
  }

  @Test
  void file_that_grows_or_shrinks_under_the_reader_was_changed() throws Exception {
    shell.run("echo content > f");
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    try (ReadableByteChannel channel = file("f").open()) {
      shell.run("echo more >> f");
      assertThrows(LayerException.class, () -> channel.read(buffer));
    }
    try (ReadableByteChannel channel = file("f").open()) {
      shell.run(": > f");
      assertThrows(LayerException.class, () -> channel.read(buffer));
    }
  }

  @Test
  void unreadable_directory_is_named() throws Exception {
    assertThrows(
        LayerException.class,
        () -> HostTree.walk(syscalls, root.resolve("missing"), BytePath.ROOT, HostTree.Filter.ALL));
  }
}
