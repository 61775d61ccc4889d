package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import jbuild.medium.Media;
import jbuild.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Media by the command line: import, ls, cat, and FROM. */
class ImportMediumTest {
  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
  }

  private String medium(String name) throws IOException {
    return Media.unpack(name, session.context()).toString();
  }

  /** Paths of an image's root file system, relative, in the order of their bytes. */
  private List<String> files(String image) throws IOException {
    Path root = temporary.resolve("files-" + image);
    session.jbuild("rootfs", image, root.toString()).succeeds();
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(path -> root.relativize(path).toString())
          .filter(path -> !path.isEmpty())
          .sorted()
          .toList();
    }
  }

  private String read(String image, String path) throws IOException {
    Path root = temporary.resolve("files-" + image);
    if (!Files.exists(root)) {
      session.jbuild("rootfs", image, root.toString()).succeeds();
    }
    return Files.readString(root.resolve(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "centos.iso",
        "install.iso",
        "fedora.iso",
        "debian-live.iso",
        "arch.iso",
        "odd-name.iso",
        "disk.img",
        "disk.qcow2"
      })
  void every_kind_of_medium_becomes_the_same_kind_of_image(String name) throws IOException {
    session.jbuild("import", medium(name), "-t", "base").succeeds();
    List<String> files = files("base");
    assertTrue(
        files.containsAll(
            List.of(
                "bin",
                "etc",
                "etc/os-release",
                "opt/linked",
                "opt/linked-too",
                "usr/bin/sh",
                "usr/lib/os-release")),
        files::toString);
    assertEquals("one\n", read("base", "opt/linked-too"));
    Path root = temporary.resolve("files-base");
    assertEquals(
        Files.getAttribute(root.resolve("opt/linked"), "unix:ino"),
        Files.getAttribute(root.resolve("opt/linked-too"), "unix:ino"));
    assertTrue(Files.isSymbolicLink(root.resolve("bin")));
    String inspected = session.jbuild("inspect", "base").succeeds().out();
    assertTrue(inspected.contains("\"architecture\":\"amd64\""), inspected);
  }

  @Test
  void the_image_says_where_it_comes_from() throws IOException {
    String file = medium("centos.iso");
    session.jbuild("import", file, "-t", "base").succeeds();
    String inspected = session.jbuild("inspect", "base").succeeds().out();
    for (String label :
        List.of(
            "\"jbuild.medium\":\"centos.iso\"",
            "\"jbuild.medium.digest\":\"" + Digest.of(Files.readAllBytes(Path.of(file))) + "\"",
            "\"jbuild.medium.format\":\"iso9660\"",
            "\"jbuild.medium.installer\":\"anaconda\"",
            "\"jbuild.medium.label\":\"CentOS 7 x86_64\"",
            "\"jbuild.medium.path\":\"LiveOS/squashfs.img!/LiveOS/rootfs.img\"",
            "\"jbuild.os-release.id\":\"centos\"",
            "\"jbuild.os-release.pretty_name\":\"centos 1\"",
            "\"jbuild.os-release.version_id\":\"1\"",
            "\"Cmd\":[\"/bin/sh\"]")) {
      assertTrue(inspected.contains(label), () -> label + " in " + inspected);
    }
  }

  @Test
  void a_medium_that_is_mostly_a_hole_is_not_hashed_but_verified() throws IOException {
    Path file = Path.of(medium("debian-live.iso"));
    try (RandomAccessFile longer = new RandomAccessFile(file.toFile(), "rw")) {
      longer.setLength(64 << 20);
    }
    session.jbuild("import", file.toString(), "-t", "base").succeeds();
    String inspected = session.jbuild("inspect", "base").succeeds().out();
    assertFalse(inspected.contains("jbuild.medium.digest"), inspected);
    assertTrue(inspected.contains("jbuild.medium.label"), inspected);
    Result wrong = session.jbuild("import", "--sha256", "0".repeat(64), file.toString());
    assertTrue(wrong.err().contains("its SHA-256 is "), wrong.err());
  }

  @Test
  void an_installers_own_system_is_called_so_in_one_line() throws IOException {
    String file = medium("install.iso");
    Result result = session.jbuild("import", file).succeeds();
    assertEquals(
        "note: "
            + file
            + "!/images/install.img: this is the anaconda installer's own system, from which much"
            + " is stripped, not an installed one\n",
        result.err());
  }

  @Test
  void stacked_layers_give_one_root_without_what_they_take_away() throws IOException {
    session.jbuild("import", medium("ubuntu.iso"), "-t", "base").succeeds();
    List<String> files = files("base");
    assertFalse(files.contains("opt/removed"), files::toString);
    assertFalse(files.contains("opt/replaced/old"), files::toString);
    assertFalse(files.contains("opt/live"), files::toString);
    assertEquals("new\n", read("base", "opt/replaced/new"));
    assertEquals("standard\n", read("base", "etc/flavour"));
  }

  @Test
  void a_path_picks_by_hand() throws IOException {
    String file = medium("two-roots.iso");
    session.jbuild("import", file, "--path", "data/other.bin", "-t", "other").succeeds();
    assertTrue(read("other", "etc/os-release").startsWith("ID=other\n"));
    session.jbuild("import", file, "--path", "/", "-t", "whole").succeeds();
    assertEquals(List.of("data", "data/other.bin", "data/system.bin"), files("whole"));
  }

  @Test
  void a_medium_without_a_root_is_refused_and_leaves_nothing() throws IOException {
    String file = medium("no-root.iso");
    Result result = session.jbuild("import", file, "-t", "base");
    assertEquals(1, result.code());
    assertEquals(
        "jbuild: find a root file system in "
            + file
            + ": there is none; there are boot/initramfs (cpio), boot/modloop (squashfs)"
            + " (choose with --path)\n",
        result.err());
    assertEquals(1, session.jbuild("images").succeeds().out().lines().count());
  }

  @Test
  void a_list_shows_every_level_and_the_one_that_would_be_taken() throws IOException {
    String file = medium("centos.iso");
    String out = session.jbuild("import", "--list", file).succeeds().out();
    List<String> lines = out.lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals("FORMAT SIZE LABEL ROOT PATH", lines.get(0));
    assertTrue(lines.get(1).endsWith("CentOS 7 x86_64 " + file), out);
    assertTrue(lines.get(2).startsWith("squashfs "), out);
    assertEquals(
        "ext4 2.10MB rootfs * " + file + "!/LiveOS/squashfs.img!/LiveOS/rootfs.img", lines.get(3));
    assertEquals("* is the anaconda installer's own system", lines.get(4));
  }

  @Test
  void ls_and_cat_look_into_any_nesting() throws IOException {
    String inner = medium("centos.iso") + "!/LiveOS/squashfs.img!/LiveOS/rootfs.img!/";
    assertEquals("linked\nlinked-too\n", session.jbuild("ls", inner + "opt").succeeds().out());
    assertEquals(
        "-rw-r--r--  1000  1000          4 2020-09-13 12:26 linked\n",
        session.jbuild("ls", "-l", inner + "opt/linked").succeeds().out());
    assertEquals("one\n", session.jbuild("cat", inner + "opt/linked").succeeds().out());
    assertTrue(session.jbuild("ls", "-R", inner + "etc").succeeds().out().contains("os-release\n"));
    String disk = medium("disk.qcow2");
    assertEquals("p1\np2\n", session.jbuild("ls", disk).succeeds().out());
    assertEquals("one\n", session.jbuild("cat", disk + "!/p2!/opt/linked").succeeds().out());
  }

  @Test
  void what_is_not_there_is_told_with_the_whole_way_to_it() throws IOException {
    String file = medium("centos.iso");
    Result result = session.jbuild("cat", file + "!/LiveOS/squashfs.img!/nothing");
    assertEquals(1, result.code());
    assertEquals(
        "jbuild: open "
            + file
            + "!/LiveOS/squashfs.img!/nothing: there is no such file or directory\n",
        result.err());
  }

  @Test
  void a_directory_is_written_instead_of_an_image_when_that_is_asked() throws IOException {
    Path target = temporary.resolve("out");
    session.jbuild("import", "--extract", target.toString(), medium("debian-live.iso")).succeeds();
    assertEquals("one\n", Files.readString(target.resolve("opt/linked-too")));
    assertEquals(1, session.jbuild("images").succeeds().out().lines().count());
  }

  @Test
  void a_file_that_is_not_the_published_one_is_refused() throws IOException {
    String file = medium("debian-live.iso");
    String hex = Digest.of(Files.readAllBytes(Path.of(file))).hex();
    Path list = Files.writeString(temporary.resolve("SUMS"), hex + " *debian-live.iso\n");
    session.jbuild("import", "--sha256", hex, file).succeeds();
    session.jbuild("import", "--checksum", list.toString(), file).succeeds();
    String wrong = "0".repeat(64);
    Result result = session.jbuild("import", "--sha256", wrong, "-t", "base", file);
    assertEquals(1, result.code());
    assertEquals(
        "jbuild: import "
            + file
            + ": its SHA-256 is "
            + hex
            + ", not "
            + wrong
            + " (is it damaged, or another version?)\n",
        result.err());
    assertFalse(session.jbuild("images").succeeds().out().contains("base"));
  }

  @Test
  void a_medium_that_was_cut_off_ends_with_one_clear_line() throws IOException {
    Path file = Path.of(medium("debian-live.iso"));
    byte[] whole = Files.readAllBytes(file);
    int squashfs = indexOf(whole, "hsqs");
    for (int length : List.of(40_000, squashfs + 50, squashfs + 200, squashfs + 700)) {
      Files.write(file, Arrays.copyOf(whole, length));
      Result result = session.jbuild("import", file.toString());
      assertEquals(1, result.code(), "cut at " + length);
      assertEquals(1, result.err().lines().count(), result.err());
      assertTrue(result.err().startsWith("jbuild: "), result.err());
    }
  }

  @Test
  void zeros_where_a_medium_should_begin_are_no_empty_tar() throws IOException {
    Path file = Files.write(temporary.resolve("x.iso"), new byte[1 << 16]);
    Result result = session.jbuild("import", file.toString());
    assertEquals(1, result.code());
    assertEquals(
        "jbuild: import "
            + file
            + ": it is neither a tar with files in it nor an image that jbuild knows\n",
        result.err());
  }

  private static int indexOf(byte[] bytes, String magic) {
    for (int i = 0; i < bytes.length - 4; i++) {
      if (bytes[i] == magic.charAt(0)
          && bytes[i + 1] == magic.charAt(1)
          && bytes[i + 2] == magic.charAt(2)
          && bytes[i + 3] == magic.charAt(3)) {
        return i;
      }
    }
    throw new IllegalStateException("no " + magic);
  }

  @Test
  void a_url_is_fetched_and_imported() throws IOException {
    byte[] content = Files.readAllBytes(Path.of(medium("debian-live.iso")));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/d/live.iso";
      session.jbuild("import", url, "-t", "base").succeeds();
    } finally {
      server.stop(0);
    }
    assertEquals("one\n", read("base", "opt/linked"));
    String inspected = session.jbuild("inspect", "base").succeeds().out();
    assertTrue(inspected.contains("\"jbuild.medium\":\"live.iso\""), inspected);
    session.jbuild("fsck").succeeds();
  }

  @Test
  void a_directory_is_imported_as_it_is() throws IOException {
    session.file("tree/etc/motd", "hello");
    session.jbuild("import", session.context().resolve("tree").toString(), "-t", "base").succeeds();
    assertEquals(List.of("etc", "etc/motd"), files("base"));
  }

  @Test
  void a_build_starts_from_a_file_and_knows_it_the_next_time() throws IOException {
    medium("centos.iso");
    Result first = session.build("one", "FROM iso:centos.iso", "ENV A=b").succeeds();
    assertFalse(first.err().contains("cached"), first.err());
    assertTrue(read("one", "etc/os-release").startsWith("ID=centos\n"));
    session
        .build("two", "FROM rootfs:centos.iso#LiveOS/squashfs.img!/LiveOS", "ENV A=b")
        .succeeds();
    assertEquals(List.of("rootfs.img"), files("two"));
    Path other = session.context().resolve("same-content.iso");
    Files.copy(session.context().resolve("centos.iso"), other);
    Result again = session.build("three", "FROM iso:same-content.iso", "ENV A=b").succeeds();
    assertTrue(again.err().contains("cached"), again.err());
    assertTrue(
        session.jbuild("inspect", "three").out().contains("\"jbuild.os-release.id\":\"centos\""));
  }

  @Test
  void a_base_that_is_not_there_is_shown_in_its_line() throws IOException {
    Result result = session.build("one", "FROM iso:no.iso");
    assertEquals(1, result.code());
    assertTrue(
        result
            .err()
            .contains("iso:no.iso: there is no file " + session.context().resolve("no.iso")),
        result.err());
    assertTrue(result.err().contains("Buildfile:1:6"), result.err());
  }

  @Test
  void options_that_contradict_each_other_are_refused() throws IOException {
    assertEquals(2, session.jbuild("import", "--list", "-").code());
    assertEquals(2, session.jbuild("import", "--selinux", "maybe", "x").code());
    assertEquals(2, session.jbuild("import", "--sha256", "12", medium("arch.iso")).code());
    assertEquals(2, session.jbuild("import", "--list", "-t", "x", medium("fedora.iso")).code());
  }
}
