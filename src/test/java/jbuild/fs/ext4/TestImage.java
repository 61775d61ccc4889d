package jbuild.fs.ext4;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;

/** An image of testdata/fs/ext4 in memory, to be changed, and its checksums to be set right. */
final class TestImage {
  static final int SUPERBLOCK = 1024;
  static final int BLOCK = 1024;

  private static final Path FOLDER = Path.of("testdata/fs/ext4");
  private static final int METADATA_CSUM = 0x400;

  final ByteBuffer bytes;

  TestImage(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static TestImage of(String name) {
    return new TestImage(unpack(name + ".img.gz"));
  }

  /** What the kernel sees in the image, as ImageTable renders it. */
  static List<String> kernelView(String name) {
    String text = new String(unpack(name + ".tsv.gz"), StandardCharsets.US_ASCII);
    List<String> lines = new ArrayList<>(text.lines().toList());
    lines.remove(0);
    return comparable(lines);
  }

  /** Without lost+found, which the kernel's tables leave out, and directories' numbers of links. */
  static List<String> comparable(List<String> table) {
    List<String> lines = new ArrayList<>();
    for (String line : table) {
      String[] fields = line.split("\t", -1);
      if (fields[1].equals("d")) {
        fields[7] = "0";
      }
      if (!fields[0].equals("lost+found")) {
        lines.add(String.join("\t", fields));
      }
    }
    lines.sort(null);
    return lines;
  }

  private static byte[] unpack(String file) {
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(FOLDER.resolve(file))))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ByteSource source() {
    return ByteSource.of(bytes.duplicate().clear());
  }

  Ext4Reader open() throws IOException {
    return Ext4Reader.open("test", source(), new BlockCache(1 << 20, 0));
  }

  /** The inode at a path of the image as it is. */
  Inode find(String path) throws IOException {
    Inode inode = open().root();
    for (String name : path.split("/")) {
      Inode child = inode.child(ByteString.of(name));
      if (child == null) {
        throw new AssertionError("no " + name + " of " + path);
      }
      inode = child;
    }
    return inode;
  }

  /** Where the inode lies that has that path, in bytes. */
  int position(String path) throws IOException {
    Volume volume = volume();
    return (int) volume.inodes().read(find(path).number()).position();
  }

  Volume volume() throws IOException {
    return new Volume("test", source(), new BlockCache(1 << 20, 0));
  }

  TestImage set16(int position, int value) {
    bytes.putShort(position, (short) value);
    return this;
  }

  TestImage set32(int position, long value) {
    bytes.putInt(position, (int) value);
    return this;
  }

  TestImage flip(int position) {
    bytes.put(position, (byte) (bytes.get(position) ^ 1));
    return this;
  }

  /** Metadata has no checksums any more, so that damage is found by other means, or not. */
  TestImage withoutChecksums() {
    if (bytes.capacity() >= 2 * SUPERBLOCK) {
      int features = bytes.getInt(SUPERBLOCK + 0x64);
      bytes.putInt(SUPERBLOCK + 0x64, features & ~(METADATA_CSUM | 0x10));
    }
    return this;
  }

  /** The superblock's checksum is right again. */
  TestImage sealed() {
    int sum =
        Crc32c.from(Crc32c.NO_SEED).bytes(bytes.array(), SUPERBLOCK, SUPERBLOCK + 0x3fc).value();
    return set32(SUPERBLOCK + 0x3fc, sum);
  }
}
