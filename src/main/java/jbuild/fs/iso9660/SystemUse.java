package jbuild.fs.iso9660;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the system use entries of a directory record and its continuation areas (SUSP 1.12,
 * 4 and 5). Each begins with two letters, its length with these four bytes, and a version.
 */
final class SystemUse {
  static final int CE = 'C' | 'E' << 8;
  static final int ST = 'S' | 'T' << 8;

  private static final int HEADER_BYTES = 4;

  /**
   * Of one record, more than the attributes of a file take up on most file systems of Linux. Areas
   * that go round in circles come to this too, as even an empty one counts.
   */
  private static final long MOST_CONTINUATION_BYTES = 1 << 20;

  private static final int LEAST_COUNTED_BYTES = 256;

  @FunctionalInterface
  interface Visitor {
    /**
     * Takes an entry.
     *
     * @param signature the first letter in the lower byte, the second above it
     * @param fields what follows the four bytes
     */
    void entry(int signature, int version, ByteReader fields) throws IOException;
  }

  private final IsoVolume volume;
  private final Visitor visitor;
  private @Nullable ContinuationArea next;

  private SystemUse(IsoVolume volume, Visitor visitor) {
    this.volume = volume;
    this.visitor = visitor;
  }

  /** Visits every entry but CE and ST, from {@code skip} bytes into the record's own area on. */
  static void forEach(IsoVolume volume, DirectoryRecord record, int skip, Visitor visitor)
      throws IOException {
    new SystemUse(volume, visitor).visit(record, skip);
  }

  private void visit(DirectoryRecord record, int skip) throws IOException {
    ByteBuffer own = record.systemUse();
    int start = Math.min(skip, own.limit());
    visitArea(own.slice(start, own.limit() - start), record.systemUsePosition() + start);
    long total = 0;
    for (ContinuationArea area = next; area != null; area = next) {
      next = null;
      total += Math.max(LEAST_COUNTED_BYTES, area.length());
      if (total > MOST_CONTINUATION_BYTES) {
        throw new CorruptInputException(
            volume.entryLabel(),
            record.systemUsePosition(),
            "continues for more than " + MOST_CONTINUATION_BYTES + " bytes");
      }
      long position = area.position();
      visitArea(volume.continuations().read(position, (int) area.length()), position);
    }
  }

  private void visitArea(ByteBuffer area, long position) throws IOException {
    int at = 0;
    while (area.limit() - at >= HEADER_BYTES) {
      int signature = (area.get(at) & 0xff) | ((area.get(at + 1) & 0xff) << 8);
      int length = area.get(at + 2) & 0xff;
      if (signature == ST || signature == 0) {
        return; // zeros are padding
      }
      if (length < HEADER_BYTES || length > area.limit() - at) {
        throw new CorruptInputException(
            volume.entryLabel(),
            position + at,
            "is " + length + " bytes long, not 4 to " + (area.limit() - at));
      }
      ByteReader fields =
          ByteReader.of(
              volume.entryLabel(),
              area.slice(at + HEADER_BYTES, length - HEADER_BYTES),
              position + at + HEADER_BYTES);
      if (signature == CE) {
        next = ContinuationArea.read(fields, volume.blockSize());
      } else {
        visitor.entry(signature, area.get(at + 3) & 0xff, fields);
      }
      at += length;
    }
  }
}
