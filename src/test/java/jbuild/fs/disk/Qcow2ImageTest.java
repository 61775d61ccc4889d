package jbuild.fs.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2ImageTest {
  private final BlockCache cache = new BlockCache(8 << 20, 2);

  @AfterEach
  void close() {
    cache.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v2",
        "v2-deflate",
        "v3",
        "v3-deflate",
        "v3-zstd",
        "small-clusters",
        "small-clusters-deflate",
        "small-clusters-zstd",
        "large-clusters-deflate",
        "subclusters",
        "subclusters-deflate"
      })
  void the_disk_is_what_qemu_was_given(String name) throws IOException {
    assertHolds(TestImages.disk(), open(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"written", "written-subclusters"})
  void zero_clusters_read_as_zeros_and_snapshots_are_not_seen(String name) throws IOException {
    byte[] disk = TestImages.disk();
    Arrays.fill(disk, 4096, 4096 + 8192, (byte) 0);
    Arrays.fill(disk, 65536, 65536 + 4096, (byte) 0);
    Arrays.fill(disk, 131072, 131072 + 2048, (byte) 0x5a);
    assertHolds(disk, open(name));
  }

  @Test
  void holes_are_those_of_the_format_merged_across_tables() throws IOException {
    assertEquals(
        List.of("0-73728", "262144-266240", "1044480-1049088"), dataOf(open("small-clusters")));
    assertEquals(
        List.of("0-131072", "262144-327680", "983040-1049088"), dataOf(open("v3-deflate")));
  }

  @Test
  void subclusters_that_were_never_written_are_holes() throws IOException {
    assertEquals(
        List.of("0-73728", "262144-266240", "1044480-1049088"), dataOf(open("subclusters")));
  }

  @Test
  void reading_behind_the_end_is_an_error() throws IOException {
    Qcow2Image image = open("v3");
    assertThrows(EOFException.class, () -> TestImages.read(image, TestImages.SIZE - 1, 2));
    assertThrows(EOFException.class, () -> TestImages.read(image, -1, 2));
    assertThrows(EOFException.class, () -> TestImages.read(image, Long.MAX_VALUE, 2));
    assertEquals(0, TestImages.read(image, TestImages.SIZE, 0).length);
    assertEquals(TestImages.SIZE, image.nextData(Long.MAX_VALUE));
  }

  @Test
  void announcing_anything_never_fails() throws IOException {
    Qcow2Image image = open("v3-zstd");
    image.willNeed(0, Long.MAX_VALUE);
    image.willNeed(-5, 10);
    image.willNeed(Long.MAX_VALUE, 10);
    assertHolds(TestImages.disk(), image);
  }

  @Test
  void announced_runs_are_announced_to_the_file() throws IOException {
    List<String> announced = new ArrayList<>();
    ByteSource file = ByteSource.of(ByteBuffer.wrap(TestImages.qcow2("small-clusters")));
    ByteSource listening =
        new ByteSource() {
          @Override
          public long size() throws IOException {
            return file.size();
          }

          @Override
          public void read(long offset, ByteBuffer target) throws IOException {
            file.read(offset, target);
          }

          @Override
          public void willNeed(long offset, long length) {
            announced.add(offset + "+" + length);
          }
        };
    Qcow2Image.open("test", listening, cache).willNeed(0, 1024);
    assertEquals(1, announced.size());
    assertTrue(announced.get(0).endsWith("+1024"), announced.toString());
  }

  @Test
  void the_magic_number_is_enough_to_match() throws IOException {
    assertTrue(Qcow2Image.matches(ByteSource.of(ByteBuffer.wrap(TestImages.qcow2("v2")))));
    assertFalse(Qcow2Image.matches(ByteSource.of(ByteBuffer.wrap(new byte[] {'Q', 'F', 'I'}))));
    assertFalse(Qcow2Image.matches(ByteSource.of(ByteBuffer.wrap(new byte[512]))));
  }

  private Qcow2Image open(String name) throws IOException {
    ByteSource file = ByteSource.of(ByteBuffer.wrap(TestImages.qcow2(name)));
    return Qcow2Image.open("test", file, cache);
  }

  private static void assertHolds(byte[] disk, Qcow2Image image) throws IOException {
    assertEquals(disk.length, image.size());
    image.willNeed(0, image.size());
    assertArrayEquals(disk, TestImages.read(image, 0, disk.length));
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(disk.length);
      int length = random.nextInt(Math.min(5000, disk.length - from) + 1);
      assertArrayEquals(
          Arrays.copyOfRange(disk, from, from + length), TestImages.read(image, from, length));
    }
    for (long at = 0; at < image.size(); at = image.nextHole(image.nextData(at))) {
      int data = (int) image.nextData(at);
      assertArrayEquals(new byte[data - (int) at], Arrays.copyOfRange(disk, (int) at, data));
    }
  }

  private static List<String> dataOf(ByteSource source) throws IOException {
    List<String> runs = new ArrayList<>();
    long at = source.nextData(0);
    while (at < source.size()) {
      long end = source.nextHole(at);
      runs.add(at + "-" + end);
      at = source.nextData(end);
    }
    return runs;
  }
}
