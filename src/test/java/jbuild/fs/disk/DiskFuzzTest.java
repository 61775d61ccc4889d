package jbuild.fs.disk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.Allocation;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/** A damaged disk is a disk or an error with its place, in little memory. */
class DiskFuzzTest {
  private static final int MAX_RUNS = 2000;
  private static final int MAX_READS = 16;
  private static final int PIECE = 64 << 10;

  @FuzzTest
  void partitions(byte[] input) throws IOException {
    byte[] disk = input.clone();
    TestDisks.fixChecksums(disk);
    Allocation.atMost((4 << 20) + 40L * disk.length, () -> readTable(disk));
  }

  private static boolean readTable(byte[] disk) throws IOException {
    ByteSource source = ByteSource.of(ByteBuffer.wrap(disk));
    ForeignFormats.name(source);
    if (!PartitionTable.matches(source)) {
      return false;
    }
    try {
      PartitionTable table = PartitionTable.read("test", source);
      assertTrue(table.partitions().containsAll(table.rootCandidates()));
      for (Partition partition : table.partitions()) {
        open(table, partition);
      }
      return true;
    } catch (CorruptInputException damaged) {
      assertTrue(damaged.getMessage().startsWith("test: "), damaged.getMessage());
      return false;
    }
  }

  private static void open(PartitionTable table, Partition partition) throws IOException {
    try {
      ByteSource content = table.open(partition);
      assertTrue(content.size() == partition.length() && partition.start() > 0);
    } catch (CorruptInputException damaged) {
      assertTrue(damaged.what().contains("truncated"), damaged.getMessage());
    }
  }

  @FuzzTest
  void qcow(byte[] input) throws IOException {
    Allocation.atMost((96 << 20) + 100L * input.length, () -> readImage(input));
  }

  private static boolean readImage(byte[] input) throws IOException {
    ByteSource file = ByteSource.of(ByteBuffer.wrap(input));
    if (!Qcow2Image.matches(file)) {
      return false;
    }
    try (BlockCache cache = new BlockCache(8 << 20, 0)) {
      Qcow2Image image = Qcow2Image.open("test", file, cache);
      long at = 0;
      int reads = 0;
      for (int runs = 0; at < image.size() && runs < MAX_RUNS; runs++) {
        long data = image.nextData(at);
        assertTrue(data >= at && data <= image.size());
        if (data < image.size() && reads++ < MAX_READS) {
          image.willNeed(data, PIECE);
          image.read(data, ByteBuffer.allocate((int) Math.min(PIECE, image.size() - data)));
        }
        at = image.nextHole(data);
        assertTrue(at > data || at == image.size());
      }
      return true;
    } catch (CorruptInputException | UnsupportedFilesystemException refused) {
      assertTrue(refused.getMessage().startsWith("test: "), refused.getMessage());
      return false;
    }
  }
}
