package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.FileData;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.Symlink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostBaseTest {
  @TempDir Path root;

  /**
   * A machine with /bin as a link to usr/bin, sh as a link to dash, and a library behind a link.
   */
  @BeforeEach
  void install_a_small_machine() throws IOException {
    ElfFixture.amd64().soname("ld.so").writeTo(root.resolve("usr/lib64/ld.so"));
    ElfFixture.amd64().soname("libc.so.6").writeTo(root.resolve("usr/lib64/libc-2.31.so"));
    ElfFixture.amd64().writeTo(root.resolve("usr/lib64/libnss_files.so.2"));
    ElfFixture.amd64().writeTo(root.resolve("usr/lib64/libsecret.so"));
    program("dash");
    program("cat");
    link("bin", "usr/bin");
    link("lib64", "usr/lib64");
    link("usr/bin/sh", "dash");
    link("usr/lib64/libc.so.6", "libc-2.31.so");
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/passwd"), "alice:x:1000:1000::/home/alice:/bin/sh\n");
  }

  private void program(String name) throws IOException {
    ElfFixture.amd64()
        .interpreter("/lib64/ld.so")
        .needed("libc.so.6")
        .writeTo(root.resolve("usr/bin/" + name));
  }

  private void script(String name, String text) throws IOException {
    Path file = Files.writeString(root.resolve("usr/bin/" + name), text);
    assertTrue(file.toFile().setExecutable(true));
  }

  private void link(String at, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(at), Path.of(target));
  }

  private HostBase.Listing list(String... extra) throws IOException {
    return HostBase.list(root, List.of(extra));
  }

  private static Inode at(HostBase.Listing listing, String path) {
    return listing.tree().lookup(BytePath.parse(path));
  }

  private static String target(HostBase.Listing listing, String path) {
    return assertInstanceOf(Symlink.class, at(listing, path), path).target().toString();
  }

  private static byte[] content(Inode inode) throws IOException {
    FileData data = assertInstanceOf(RegularFile.class, inode).data();
    if (data instanceof FileData.Host host) {
      try (InputStream in = Channels.newInputStream(host.file().open())) {
        return in.readAllBytes();
      }
    }
    return assertInstanceOf(FileData.Bytes.class, data).bytes();
  }

  @Test
  void links_lie_as_on_the_host_and_lead_to_the_files() throws IOException {
    HostBase.Listing listing = list();
    assertEquals("usr/bin", target(listing, "/bin"));
    assertEquals("usr/lib64", target(listing, "/lib64"));
    assertEquals("dash", target(listing, "/usr/bin/sh"));
    assertEquals("libc-2.31.so", target(listing, "/usr/lib64/libc.so.6"));
    assertArrayEquals(
        Files.readAllBytes(root.resolve("usr/bin/dash")), content(at(listing, "/usr/bin/dash")));
    assertEquals("amd64", listing.architecture());
    assertEquals(List.of("/bin/sh"), listing.cmd());
  }

  @Test
  void nothing_else_of_the_host_is_taken() throws IOException {
    HostBase.Listing listing = list();
    assertNull(at(listing, "/usr/lib64/libsecret.so"));
    assertFalse(
        new String(content(at(listing, "/etc/passwd")), java.nio.charset.StandardCharsets.US_ASCII)
            .contains("alice"));
    assertEquals(List.of("group", "nsswitch.conf", "passwd"), names(listing.tree(), "/etc"));
  }

  private static List<String> names(LayerTree tree, String path) {
    jbuild.layer.Directory directory = (jbuild.layer.Directory) tree.lookup(BytePath.parse(path));
    return directory.children().keySet().stream().map(ByteString::toString).toList();
  }

  @Test
  void an_old_c_library_brings_its_name_service() throws IOException {
    assertInstanceOf(RegularFile.class, at(list(), "/usr/lib64/libnss_files.so.2"));
  }

  @Test
  void files_keep_mode_and_time_and_belong_to_root() throws IOException {
    Files.setLastModifiedTime(root.resolve("usr/bin/cat"), FileTime.fromMillis(1_234_567));
    Inode cat = at(list(), "/usr/bin/cat");
    assertEquals(0, cat.attributes().uid());
    assertEquals(1234, cat.attributes().mtimeSeconds());
    assertEquals(567_000_000, cat.attributes().mtimeNanos());
    assertEquals(0100, cat.attributes().mode() & 0100);
    assertEquals(01777, at(list(), "/tmp").attributes().mode());
  }

  @Test
  void hard_links_stay_hard_links() throws IOException {
    Files.createLink(root.resolve("usr/bin/ls"), root.resolve("usr/bin/cat"));
    HostBase.Listing listing = list();
    assertSame(at(listing, "/usr/bin/cat"), at(listing, "/usr/bin/ls"));
  }

  @Test
  void scripts_bring_their_interpreters() throws IOException {
    script("tool", "#!/usr/bin/env awkward\n");
    script("awkward", "#! /usr/bin/strange -x\n");
    program("env");
    program("strange");
    HostBase.Listing listing = list("tool");
    for (String name : List.of("tool", "env", "awkward", "strange")) {
      assertInstanceOf(RegularFile.class, at(listing, "/usr/bin/" + name), name);
    }
  }

  @Test
  void a_usual_program_with_a_missing_library_is_left_out_with_a_note() throws IOException {
    ElfFixture.amd64().needed("gone.so").writeTo(root.resolve("usr/bin/sed"));
    HostBase.Listing listing = list();
    assertNull(at(listing, "/usr/bin/sed"));
    assertTrue(listing.tree().notes().get(0).startsWith("sed left out: find library gone.so"));
    assertThrows(BaseException.class, () -> list("sed"));
  }

  @Test
  void without_a_shell_there_is_no_base() throws IOException {
    Files.delete(root.resolve("usr/bin/dash"));
    BaseException e = assertThrows(BaseException.class, () -> list());
    assertEquals("find program /bin/sh: not on this machine", e.getMessage());
  }

  @Test
  void the_witness_holds_until_something_changes_that_matters() throws IOException {
    HostWitness witness = list().witness();
    assertTrue(witness.holds(root));
    Files.writeString(root.resolve("usr/bin/unrelated"), "x");
    Files.writeString(root.resolve("etc/passwd"), "x");
    assertTrue(witness.holds(root));

    program("ls"); // was looked for and not found
    assertFalse(witness.holds(root));
    witness = list().witness();
    assertTrue(witness.holds(root));

    Files.setLastModifiedTime(root.resolve("usr/lib64/libc-2.31.so"), FileTime.fromMillis(5));
    assertFalse(witness.holds(root));
    assertFalse(new HostWitness("").holds(root));
    assertFalse(new HostWitness("nonsense").holds(root));
  }

  @Test
  void an_unchanged_machine_gives_an_equal_witness() throws IOException {
    assertEquals(list().witness(), list().witness());
  }
}
