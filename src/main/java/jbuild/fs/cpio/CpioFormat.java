package jbuild.fs.cpio;

import org.jspecify.annotations.Nullable;

/** The forms that a header has, told apart by its first bytes. */
enum CpioFormat {
  /** SVR4: fields of 8 hexadecimal digits. */
  NEWC(110, 4),
  /** As {@link #NEWC}, with the sum of the content's bytes. */
  CRC(110, 4),
  /** POSIX.1: fields of 6 or 11 octal digits. */
  ODC(76, 1),
  /** Before that: 16-bit numbers, little-endian. */
  BINARY_LITTLE(26, 2),
  /** The same, big-endian. */
  BINARY_BIG(26, 2);

  /** How many bytes {@link #of} wants to see. */
  static final int MAGIC_BYTES = 6;

  private final int headerBytes;
  private final int alignment;

  CpioFormat(int headerBytes, int alignment) {
    this.headerBytes = headerBytes;
    this.alignment = alignment;
  }

  /** The form of the header that begins with these bytes; null when it is none. */
  static @Nullable CpioFormat of(byte[] head) {
    if (head[0] == (byte) 0xc7 && head[1] == 0x71) {
      return BINARY_LITTLE; // 070707
    }
    if (head[0] == 0x71 && head[1] == (byte) 0xc7) {
      return BINARY_BIG;
    }
    if (head[0] != '0' || head[1] != '7' || head[2] != '0' || head[3] != '7' || head[4] != '0') {
      return null;
    }
    return switch (head[5]) {
      case '1' -> NEWC;
      case '2' -> CRC;
      case '7' -> ODC;
      default -> null;
    };
  }

  /** Size of a header, with its magic number. */
  int headerBytes() {
    return headerBytes;
  }

  /** What names and contents are padded to, counted from the archive's start. */
  int alignment() {
    return alignment;
  }
}
