package jbuild.step;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import jbuild.io.BytePath;
import jbuild.io.Compression;
import jbuild.io.CorruptInputException;
import jbuild.layer.FileData;
import jbuild.layer.RegularFile;

/**
 * Tells archives, which ADD unpacks, from files, which it copies: by their content, as BuildKit
 * does. Unpacking is not executed yet; an archive must not be copied instead without a word.
 */
final class LocalArchive {
  private static final int HEADER = 512;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_END = 156;

  private LocalArchive() {}

  static void refuse(BytePath path, RegularFile file) throws IOException {
    if (file.size() > 0
        && file.data() instanceof FileData.Host host
        && isArchive(Channels.newInputStream(host.file().open()))) {
      throw new CopyException(
          path.relative() + ": ADD of an archive is not executed yet (COPY takes it as it is)");
    }
  }

  /** Whether the content, unpacked if need be, starts with the header of a tar's member. */
  private static boolean isArchive(InputStream file) throws IOException {
    try (file) {
      byte[] header = Compression.decompress(file).readNBytes(HEADER);
      return header.length == HEADER && checksum(header) == statedChecksum(header);
    } catch (CorruptInputException notCompressed) {
      return false; // it only starts like a compressed file
    }
  }

  /** The sum of the header's bytes, those of the checksum counted as blanks (tar(5)). */
  private static int checksum(byte[] header) {
    int sum = 0;
    for (int i = 0; i < HEADER; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM_END ? ' ' : header[i] & 0xff;
    }
    return sum;
  }

  /** Octal digits with blanks before and a blank or NUL behind; -1 for anything else. */
  private static int statedChecksum(byte[] header) {
    int at = CHECKSUM;
    while (at < CHECKSUM_END && header[at] == ' ') {
      at++;
    }
    int start = at;
    int value = 0;
    while (at < CHECKSUM_END && header[at] >= '0' && header[at] <= '7') {
      value = value * 8 + header[at] - '0';
      at++;
    }
    boolean ends = at == CHECKSUM_END || header[at] == ' ' || header[at] == 0;
    return at > start && ends ? value : -1;
  }
}
