package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.ImageTable;
import jbuild.fs.Inode;
import jbuild.fs.Segment;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images of all kinds against what Linux says of them, see testdata/fs/erofs/README.md. */
class ErofsReaderTest {
  @ParameterizedTest
  @MethodSource("jbuild.fs.erofs.SampleImages#names")
  void an_image_is_what_linux_says(String name) throws IOException {
    List<String> seen = SampleImages.table(SampleImages.image(name), SampleImages.devices(name));
    assertEquals(String.join("\n", SampleImages.truth(name)), String.join("\n", seen));
  }

  @ParameterizedTest
  @MethodSource("jbuild.fs.erofs.SampleImages#names")
  void blocks_are_decoded_ahead(String name) throws IOException {
    ByteSource image = SampleImages.source(SampleImages.image(name));
    try (BlockCache cache = new BlockCache(1 << 20, 2)) {
      ErofsReader reader = ErofsReader.open("erofs test", image, SampleImages.devices(name), cache);
      assertEquals(SampleImages.truth(name), ImageTable.of(reader));
    }
  }

  @ParameterizedTest
  @MethodSource("jbuild.fs.erofs.SampleImages#names")
  void reads_at_any_offset_give_the_same_bytes(String name) throws IOException {
    Inode root = SampleImages.open(SampleImages.image(name), SampleImages.devices(name)).root();
    Random random = new Random(1);
    for (String file : List.of("text", "noise", "zeros", "sparse", "tail")) {
      ByteSource content = child(root, file).content();
      byte[] all = new byte[(int) content.size()];
      content.read(0, ByteBuffer.wrap(all));
      for (int i = 0; i < 300; i++) {
        int from = random.nextInt(all.length);
        byte[] piece = new byte[random.nextInt(Math.min(9000, all.length - from + 1))];
        content.read(from, ByteBuffer.wrap(piece));
        assertArrayEquals(Arrays.copyOfRange(all, from, from + piece.length), piece);
      }
      assertThrows(IOException.class, () -> content.read(all.length, ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @MethodSource("jbuild.fs.erofs.SampleImages#names")
  void every_listed_name_is_found_and_no_other(String name) throws IOException {
    Inode root = SampleImages.open(SampleImages.image(name), SampleImages.devices(name)).root();
    Inode dir = child(root, "dir");
    List<ByteString> names = new ArrayList<>();
    dir.forEachChild(
        (each, inode) -> {
          names.add(each);
          assertEquals(inode.number(), Objects.requireNonNull(dir.child(each)).number());
        });
    assertEquals(62, names.size());
    assertNull(dir.child(ByteString.of("a")));
    assertNull(dir.child(ByteString.of("n-")));
    assertNull(dir.child(ByteString.of("zzz")));
  }

  @Test
  void holes_are_those_of_the_chunk_table() throws IOException {
    Inode root = SampleImages.open(SampleImages.image("chunks"), List.of()).root();
    ByteSource content = child(root, "sparse").content();
    assertEquals(90_000, content.size());
    assertEquals(0, content.nextHole(0));
    assertEquals(39 << 10, content.nextData(0));
    assertEquals(41 << 10, content.nextHole(40_000));
    assertEquals(90_000, content.nextData(60_000));
    assertEquals(90_000, content.nextHole(90_000));
  }

  @Test
  void a_compressed_file_has_no_holes() throws IOException {
    Inode root = SampleImages.open(SampleImages.image("zstd"), List.of()).root();
    ByteSource content = child(root, "text").content();
    assertEquals(content.size(), content.nextHole(5));
    assertEquals(5, content.nextData(5));
  }

  @Test
  void label_and_format_are_known() throws IOException {
    ErofsReader chunks = SampleImages.open(SampleImages.image("chunks"), List.of());
    assertEquals("tiny", chunks.volumeLabel());
    assertEquals(FilesystemFormat.EROFS, chunks.format());
    assertEquals("", SampleImages.open(SampleImages.image("zstd"), List.of()).volumeLabel());
  }

  @Test
  void only_erofs_matches() throws IOException {
    byte[] image = SampleImages.image("zstd");
    assertTrue(ErofsReader.matches(SampleImages.source(image)));
    assertFalse(ErofsReader.matches(SampleImages.source(Arrays.copyOf(image, 1100))));
    assertFalse(ErofsReader.matches(SampleImages.source(new byte[4096])));
    assertFalse(ErofsReader.matches(SampleImages.source(new byte[0])));
  }

  @Test
  void devices_that_are_not_at_hand_are_named() {
    UnsupportedFilesystemException e =
        assertThrows(
            UnsupportedFilesystemException.class,
            () -> SampleImages.open(SampleImages.image("device"), List.of()));
    assertEquals(
        "erofs test: its data is on 1 more devices, 0 are at hand: (no tag)"
            + " (give them with --device, in the order of its device table)",
        e.getMessage());
  }

  @Test
  void an_index_of_a_layer_is_an_image_too() throws IOException {
    byte[] device = new byte[1 << 16];
    new Random(3).nextBytes(device);
    TestInode tree =
        TestInode.dir().with("f", TestInode.file(5000, new Segment(1024, 2048, 0, 512)));
    Inode root =
        SampleImages.open(
                TestInode.image(tree, device.length), List.of(SampleImages.source(device)))
            .root();
    ByteBuffer content = ByteBuffer.allocate(5000);
    child(root, "f").content().read(0, content);
    byte[] expected = new byte[5000];
    System.arraycopy(device, 512, expected, 1024, 2048);
    assertArrayEquals(expected, content.array());
  }

  private static Inode child(Inode directory, String name) throws IOException {
    Inode child = directory.child(ByteString.of(name));
    assertNotNull(child, name);
    return child;
  }
}
