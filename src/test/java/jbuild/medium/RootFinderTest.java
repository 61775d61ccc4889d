package jbuild.medium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootFinderTest {
  @TempDir Path directory;

  private static String text(Volume volume, String path) throws IOException {
    Inode file = volume.lookup(BytePath.parse(path), true);
    byte[] bytes = new byte[(int) file.size()];
    file.content().read(0, ByteBuffer.wrap(bytes));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<String> labels(FoundRoot root) {
    return root.layers().stream()
        .map(layer -> layer.volume().label().replaceFirst(".*/m/", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "centos.iso, LiveOS/squashfs.img!/LiveOS/rootfs.img, ext4, centos",
    "install.iso, images/install.img, squashfs, rhel",
    "fedora.iso, LiveOS/squashfs.img, erofs, fedora",
    "debian-live.iso, live/filesystem.squashfs, squashfs, debian",
    "arch.iso, arch/x86_64/airootfs.erofs, erofs, arch",
    "odd-name.iso, data/system.bin, squashfs, odd",
    "disk.img, p2, ext4, centos",
    "disk.qcow2, p2, ext4, centos",
  })
  void finds_the_root_by_what_lies_in_the_medium(
      String medium, String path, String format, String id) throws IOException {
    try (Medium opened = Media.open(medium, directory)) {
      FoundRoot root = opened.root(null);
      assertEquals(path, root.path());
      assertEquals(format, root.format());
      assertEquals(1, root.layers().size());
      String os = text(root.layers().get(0).volume(), "/etc/os-release");
      assertEquals("ID=" + id, os.lines().findFirst().orElse(""));
    }
  }

  @Test
  void an_installers_own_system_is_told_from_an_installed_one() throws IOException {
    try (Medium named = Media.open("centos.iso", directory);
        Medium stamped = Media.open("install.iso", directory);
        Medium live = Media.open("debian-live.iso", directory)) {
      assertEquals("anaconda", named.root(null).installer());
      assertEquals("anaconda", stamped.root(null).installer());
      assertNull(live.root(null).installer());
    }
  }

  @Test
  void the_default_of_the_list_of_sources_says_which_layers_are_stacked() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("m"));
    try (Medium medium = Media.open("ubuntu.iso", folder)) {
      assertEquals(
          List.of(
              "ubuntu.iso!/casper/minimal.squashfs",
              "ubuntu.iso!/casper/minimal.standard.squashfs"),
          labels(medium.root(null)));
    }
  }

  @Test
  void without_a_list_all_layers_are_stacked_in_the_order_of_their_names() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("m"));
    try (Medium medium = Media.open("layers-by-name.iso", folder)) {
      assertEquals(
          List.of(
              "layers-by-name.iso!/casper/minimal.squashfs",
              "layers-by-name.iso!/casper/minimal.standard.squashfs",
              "layers-by-name.iso!/casper/minimal.standard.live.squashfs"),
          labels(medium.root(null)));
    }
  }

  @Test
  void a_medium_without_a_root_is_refused_with_what_is_there() throws IOException {
    try (Medium medium = Media.open("no-root.iso", directory)) {
      MediumException error = assertThrows(MediumException.class, () -> medium.root(null));
      assertEquals(
          "find a root file system in "
              + directory.resolve("no-root.iso")
              + ": there is none; there are boot/initramfs (cpio), boot/modloop (squashfs)"
              + " (choose with --path)",
          error.getMessage());
    }
  }

  @Test
  void of_two_roots_none_is_guessed() throws IOException {
    try (Medium medium = Media.open("two-roots.iso", directory)) {
      MediumException error = assertThrows(MediumException.class, () -> medium.root(null));
      assertEquals(
          "find the root file system in "
              + directory.resolve("two-roots.iso")
              + ": there are several: data/other.bin, data/system.bin (choose with --path)",
          error.getMessage());
      assertEquals("data/other.bin", medium.root(NestedPath.parse("data/other.bin")).path());
    }
  }

  @Test
  void a_file_that_is_picked_is_an_image_in_which_the_root_is_found() throws IOException {
    try (Medium medium = Media.open("centos.iso", directory)) {
      FoundRoot root = medium.root(NestedPath.parse("/LiveOS/squashfs.img"));
      assertEquals("LiveOS/squashfs.img!/LiveOS/rootfs.img", root.path());
      assertEquals("ext4", root.format());
    }
  }

  @Test
  void an_image_without_a_root_that_is_picked_is_taken_as_it_is() throws IOException {
    try (Medium medium = Media.open("no-root.iso", directory)) {
      FoundRoot root = medium.root(NestedPath.parse("boot/modloop"));
      assertEquals("module\n", text(root.layers().get(0).volume(), "/lib/modules/x.ko"));
    }
  }

  @Test
  void an_initramfs_is_taken_when_it_is_picked() throws IOException {
    try (Medium medium = Media.open("no-root.iso", directory)) {
      FoundRoot root = medium.root(NestedPath.parse("boot/initramfs"));
      assertEquals("cpio", root.format());
      assertEquals("one\n", text(root.layers().get(0).volume(), "/opt/linked-too"));
    }
  }

  @Test
  void an_image_that_is_given_itself_is_taken_whatever_is_in_it() throws IOException {
    Path image = directory.resolve("modules.sqfs");
    try (Medium medium = Media.open("no-root.iso", directory)) {
      Inode file = medium.outermost().lookup(BytePath.parse("/boot/modloop"), true);
      byte[] bytes = new byte[(int) file.size()];
      file.content().read(0, ByteBuffer.wrap(bytes));
      Files.write(image, bytes);
    }
    try (Medium medium = Medium.open(image, 0, List.of(), 0)) {
      FoundRoot root = medium.root(null);
      assertEquals("/", root.path());
      assertEquals("squashfs", root.format());
    }
  }

  @Test
  void a_directory_that_is_picked_is_the_root() throws IOException {
    try (Medium medium = Media.open("centos.iso", directory)) {
      assertEquals("/", medium.root(NestedPath.parse("/")).path());
      assertEquals("iso9660", medium.root(NestedPath.parse("/")).format());
      FoundRoot inner = medium.root(NestedPath.parse("LiveOS/squashfs.img!/"));
      assertEquals("squashfs", inner.format());
      FoundRoot part = medium.root(NestedPath.parse("LiveOS/squashfs.img!/LiveOS"));
      assertEquals(BytePath.parse("/LiveOS"), part.layers().get(0).directory());
    }
  }

  @Test
  void a_path_that_leads_nowhere_is_named_with_the_level_it_is_missed_in() throws IOException {
    try (Medium medium = Media.open("centos.iso", directory)) {
      MediumException error =
          assertThrows(
              MediumException.class,
              () -> medium.root(NestedPath.parse("LiveOS/squashfs.img!/LiveOS/no.img")));
      assertEquals(
          "open "
              + directory.resolve("centos.iso")
              + "!/LiveOS/squashfs.img!/LiveOS/no.img: there is no such file or directory",
          error.getMessage());
    }
  }

  @Test
  void a_file_that_is_no_image_is_refused_when_it_is_picked() throws IOException {
    try (Medium medium = Media.open("no-root.iso", directory)) {
      MediumException error =
          assertThrows(MediumException.class, () -> medium.root(NestedPath.parse("doc/readme")));
      assertEquals(
          "read "
              + directory.resolve("no-root.iso")
              + "!/doc/readme: it is no file system image that jbuild knows",
          error.getMessage());
    }
  }

  @Test
  void formats_that_cannot_be_read_are_named() throws IOException {
    byte[] xfs = new byte[1 << 16];
    xfs[0] = 'X';
    xfs[1] = 'F';
    xfs[2] = 'S';
    xfs[3] = 'B';
    xfs[6] = 0x10; // blocks of 4096 bytes
    Path file = Files.write(directory.resolve("x.img"), xfs);
    try (Medium medium = Medium.open(file, 0, List.of(), 0)) {
      MediumException error = assertThrows(MediumException.class, () -> medium.root(null));
      assertEquals(
          "find a root file system in "
              + file
              + ": there is none; it is an XFS file system, which jbuild cannot read",
          error.getMessage());
    }
  }

  @Test
  void a_medium_may_begin_in_the_middle_of_a_file() throws IOException {
    byte[] medium = Files.readAllBytes(Media.unpack("debian-live.iso", directory));
    byte[] longer = new byte[4096 + medium.length];
    System.arraycopy(medium, 0, longer, 4096, medium.length);
    Path file = Files.write(directory.resolve("behind"), longer);
    try (Medium opened = Medium.open(file, 4096, List.of(), 0)) {
      assertEquals("live/filesystem.squashfs", opened.root(null).path());
    }
    MediumException error =
        assertThrows(
            MediumException.class, () -> Medium.open(file, 1L << 40, List.of(), 0).close());
    assertEquals(
        "open " + file + ": it has " + longer.length + " bytes, nothing begins at 1099511627776",
        error.getMessage());
  }

  @Test
  void every_image_of_a_medium_is_listed_with_those_inside_it() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("m"));
    try (Medium medium = Media.open("install.iso", folder)) {
      assertEquals(
          List.of(
              "install.iso iso9660 RHEL-8",
              "install.iso!/images/install.img squashfs ",
              "install.iso!/images/pxeboot/initrd.img cpio "),
          medium.volumes().stream()
              .map(
                  volume ->
                      volume.label().replaceFirst(".*/m/", "")
                          + " "
                          + volume.format()
                          + " "
                          + volume.volumeLabel())
              .toList());
    }
  }
}
