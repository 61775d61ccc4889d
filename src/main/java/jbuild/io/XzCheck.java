package jbuild.io;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** The checks of content that streams have (The .xz File Format 2.1.1.2). */
enum XzCheck {
  NONE(0, 0, "nothing"),
  CRC_32(1, 4, "CRC32"),
  CRC_64(4, 8, "CRC64"),
  SHA_256(10, 32, "SHA-256");

  private final int id;
  private final int size;
  private final String title;

  XzCheck(int id, int size, String title) {
    this.id = id;
    this.size = size;
    this.title = title;
  }

  /** Null for those that have a size and no meaning yet. */
  static @Nullable XzCheck of(int id) {
    for (XzCheck check : values()) {
      if (check.id == id) {
        return check;
      }
    }
    return null;
  }

  /** In bytes. */
  int size() {
    return size;
  }

  /** Reads the check and compares it with that of what is from {@code start} to {@code end}. */
  void verify(XzCursor in, byte[] output, int start, int end) throws DataFormatException {
    boolean same =
        switch (this) {
          case NONE -> true;
          case CRC_32 -> in.s32() == crc32(output, start, end);
          case CRC_64 -> in.s64() == Crc64.of(output, start, end);
          case SHA_256 -> MessageDigest.isEqual(in.bytes(size), sha256(output, start, end));
        };
    if (!same) {
      throw new DataFormatException("is damaged: its content has another " + title);
    }
  }

  private static int crc32(byte[] output, int start, int end) {
    CRC32 crc = new CRC32();
    crc.update(output, start, end - start);
    return (int) crc.getValue();
  }

  private static byte[] sha256(byte[] output, int start, int end) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(output, start, end - start);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
