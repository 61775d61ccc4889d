package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.HostFile.Island;
import org.junit.jupiter.api.Test;

class MediumFileTest {
  private static final long MIB = 1 << 20;

  /** A file of any size with data, all of it ones, in some places. */
  private record Holed(long size, NavigableMap<Long, Long> data) implements ByteSource, Inode {
    static Holed of(long size, long... startsAndLengths) {
      NavigableMap<Long, Long> data = new TreeMap<>();
      for (int i = 0; i < startsAndLengths.length; i += 2) {
        data.put(startsAndLengths[i], startsAndLengths[i + 1]);
      }
      return new Holed(size, data);
    }

    private boolean isData(long at) {
      var run = data.floorEntry(at);
      return run != null && at < run.getKey() + run.getValue();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      for (long at = offset; target.hasRemaining(); at++) {
        target.put((byte) (isData(at) ? 1 : 0));
      }
    }

    @Override
    public long nextData(long offset) {
      if (offset >= size || isData(offset)) {
        return Math.min(offset, size);
      }
      Long next = data.higherKey(offset);
      return next == null ? size : next;
    }

    /** As a careless reader may tell it: at the end of a run, though the next one begins there. */
    @Override
    public long nextHole(long offset) {
      var run = data.floorEntry(offset);
      return isData(offset) ? run.getKey() + run.getValue() : Math.min(offset, size);
    }

    @Override
    public ByteSource content() {
      return this;
    }

    @Override
    public long number() {
      return 1;
    }

    @Override
    public FileType type() {
      return FileType.REGULAR;
    }

    @Override
    public int mode() {
      return 0644;
    }

    @Override
    public int uid() {
      return 0;
    }

    @Override
    public int gid() {
      return 0;
    }

    @Override
    public long mtimeSeconds() {
      return 0;
    }

    @Override
    public int mtimeNanos() {
      return 0;
    }
  }

  private static MediumFile file(Holed content) {
    return new MediumFile(
        MediumFile.Where.root("x"), ByteString.of("f"), content, new ImportProgress());
  }

  private static List<Island> islands(long size, long... startsAndLengths) throws IOException {
    return file(Holed.of(size, startsAndLengths)).islands();
  }

  @Test
  void a_file_without_holes_is_written_whole() throws IOException {
    assertNull(islands(4 * MIB, 0, 4 * MIB));
    assertNull(islands(10, 0, 5));
  }

  @Test
  void holes_that_spare_little_are_written() throws IOException {
    assertNull(islands(4 * MIB, 0, 3 * MIB + 1));
  }

  @Test
  void islands_are_rounded_to_whole_pages() throws IOException {
    assertEquals(
        List.of(new Island(0, 4096), new Island(2 * MIB - 4096, 8192)),
        islands(8 * MIB, 5, 10, 2 * MIB - 1, 2));
  }

  @Test
  void an_island_at_the_end_ends_with_the_file() throws IOException {
    assertEquals(List.of(new Island(4 * MIB, 7)), islands(4 * MIB + 7, 4 * MIB + 1, 6));
  }

  @Test
  void runs_that_touch_after_rounding_are_one_island() throws IOException {
    assertEquals(List.of(new Island(0, 12288)), islands(4 * MIB, 0, 4096, 4096, 100, 8200, 1));
  }

  @Test
  void nothing_but_a_hole_has_no_island() throws IOException {
    assertEquals(List.of(), islands(1L << 40));
  }

  @Test
  void a_huge_file_has_few_large_islands() throws IOException {
    List<Island> islands = islands(1L << 40, 5L << 30, 1, 700L << 30, 1);
    assertEquals(
        List.of(new Island(5L << 30, 64 * MIB), new Island(700L << 30, 64 * MIB)), islands);
  }

  @Test
  void content_and_islands_are_read_and_counted() throws IOException {
    ImportProgress progress = new ImportProgress();
    MediumFile file =
        new MediumFile(
            MediumFile.Where.root("x"), ByteString.of("f"), Holed.of(2 * MIB, MIB, 4096), progress);
    ByteBuffer bytes = ByteBuffer.allocate(8192);
    try (ReadableByteChannel channel = file.openIsland(new Island(MIB - 4096, 8192))) {
      while (channel.read(bytes) > 0) {
        // reads on until the end
      }
    }
    assertEquals(8192, bytes.position());
    assertEquals(0, bytes.get(4095));
    assertEquals(1, bytes.get(4096));
    assertEquals(8192, progress.done());
  }

  @Test
  void messages_name_the_whole_path() {
    MediumFile.Where directory =
        MediumFile.Where.root("x.iso").child(ByteString.of("a")).child(ByteString.of("b"));
    assertEquals("x.iso!/a/b/c", directory.of(ByteString.of("c")));
  }
}
