package jbuild.fs.erofs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import jbuild.fs.ImageTable;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;

/** The images of testdata/fs/erofs. */
final class SampleImages {
  static final int SUPERBLOCK = 1024;

  private static final Path DIRECTORY = Path.of("testdata/fs/erofs");

  private SampleImages() {}

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".erofs.gz"))
          .map(name -> name.substring(0, name.length() - ".erofs.gz".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  static byte[] image(String name) throws IOException {
    return unpacked(name + ".erofs.gz");
  }

  /** The devices that the image needs. */
  static List<ByteSource> devices(String name) throws IOException {
    return name.equals("device") ? List.of(source(unpacked("device.blob.gz"))) : List.of();
  }

  private static byte[] unpacked(String file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(DIRECTORY.resolve(file)))) {
      return in.readAllBytes();
    }
  }

  static ByteSource source(byte[] bytes) {
    return ByteSource.of(ByteBuffer.wrap(bytes));
  }

  /** What Linux says of the mounted image. */
  static List<String> truth(String name) throws IOException {
    List<String> lines =
        withoutDirectoryLinks(
            Files.readAllLines(DIRECTORY.resolve("tree.tsv"), StandardCharsets.UTF_8));
    // With 48-bit addresses mkfs.erofs keeps whole seconds, in compact inodes.
    return name.startsWith("extents")
        ? lines.stream()
            .map(line -> line.replace("1234567890123456789", "1234567890000000000"))
            .toList()
        : lines;
  }

  private static List<String> withoutDirectoryLinks(List<String> lines) {
    return lines.stream()
        .skip(1) // the header
        .map(line -> line.split("\t"))
        .map(
            fields -> {
              if (fields[1].equals("d")) {
                fields[7] = "0";
              }
              return String.join("\t", fields);
            })
        .toList();
  }

  static ErofsReader open(byte[] image, List<ByteSource> devices) throws IOException {
    return ErofsReader.open("erofs test", source(image), devices, new BlockCache(8 << 20, 0));
  }

  static List<String> table(byte[] image, List<ByteSource> devices) throws IOException {
    return ImageTable.of(open(image, devices));
  }

  /** A copy whose superblock has the right checksum again, if it has one. */
  static byte[] withChecksum(byte[] image) {
    byte[] copy = image.clone();
    if (copy.length < SUPERBLOCK + 128 || (copy[SUPERBLOCK + 8] & 1) == 0) {
      return copy;
    }
    int summed = VolumeSuperblock.summedBytes(Math.floorMod(copy[SUPERBLOCK + 12], 17));
    if (copy.length < SUPERBLOCK + summed || summed < 128) {
      return copy;
    }
    int at = SUPERBLOCK + 4;
    Arrays.fill(copy, at, at + 4, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(copy, SUPERBLOCK, summed);
    int sum = ~(int) crc.getValue();
    for (int i = 0; i < 4; i++) {
      copy[at + i] = (byte) (sum >>> (8 * i));
    }
    return copy;
  }
}
