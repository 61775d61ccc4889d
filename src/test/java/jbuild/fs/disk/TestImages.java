package jbuild.fs.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import jbuild.io.ByteSource;

/** The qcow2 images of {@code testdata/fs/disk}, and the disk that they hold. */
final class TestImages {
  static final int SIZE = (1 << 20) + 512;

  private TestImages() {}

  /** The file {@code name}, unpacked. */
  static byte[] qcow2(String name) throws IOException {
    Path file = Path.of("testdata/fs/disk/" + name + ".qcow2.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  static byte[] disk() {
    byte[] disk = new byte[SIZE];
    pattern(disk, 0, 70_000);
    pattern(disk, 262_144, 265_144);
    pattern(disk, SIZE - 600, SIZE);
    return disk;
  }

  static byte[] read(ByteSource source, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    source.read(offset, target);
    return target.array();
  }

  private static void pattern(byte[] disk, int from, int to) {
    for (int i = from; i < to; i++) {
      disk[i] = (byte) (i / 512 * 31 + i);
    }
  }
}
