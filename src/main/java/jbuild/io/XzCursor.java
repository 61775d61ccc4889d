package jbuild.io;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;

/** Reads the fields of a .xz stream in file order, each checked against its end. */
final class XzCursor {
  private static final int MOST_INTEGER_BYTES = 9;

  private final byte[] input;
  private final int start;
  private final int end;
  private int at;

  XzCursor(byte[] input, int start, int end) {
    this.input = input;
    this.start = start;
    this.end = end;
    this.at = start;
  }

  /** Position in the array of the next byte. */
  int at() {
    return at;
  }

  void seek(int position) {
    at = position;
  }

  int peek() throws DataFormatException {
    need(1);
    return input[at] & 0xff;
  }

  int u8() throws DataFormatException {
    need(1);
    return input[at++] & 0xff;
  }

  int s32() throws DataFormatException {
    need(4);
    int value =
        (input[at] & 0xff)
            | (input[at + 1] & 0xff) << 8
            | (input[at + 2] & 0xff) << 16
            | input[at + 3] << 24;
    at += 4;
    return value;
  }

  long s64() throws DataFormatException {
    return (s32() & 0xffff_ffffL) | (long) s32() << 32;
  }

  /** A "multibyte integer" of section 1.2: 63 bits, seven a byte, the lowest first. */
  long integer(String field) throws DataFormatException {
    long value = 0;
    for (int i = 0; i < MOST_INTEGER_BYTES; i++) {
      int next = u8();
      value |= (next & 0x7fL) << (7 * i);
      if (next < 0x80) {
        if (next == 0 && i > 0) {
          break; // not the shortest form
        }
        return value;
      }
    }
    throw new DataFormatException("is damaged: " + field + " is no integer");
  }

  byte[] bytes(int count) throws DataFormatException {
    need(count);
    byte[] copy = new byte[count];
    System.arraycopy(input, at, copy, 0, count);
    at += count;
    return copy;
  }

  /** The zeros up to a multiple of four bytes from the stream's start. */
  void padding(String field) throws DataFormatException {
    while (((at - start) & 3) != 0) {
      zero(field);
    }
  }

  /** The zeros up to {@code position}. */
  void paddingTo(int position, String field) throws DataFormatException {
    while (at < position) {
      zero(field);
    }
  }

  private void zero(String field) throws DataFormatException {
    if (u8() != 0) {
      throw new DataFormatException("is damaged: padding of its " + field + " is not zero");
    }
  }

  /** A CRC32 of what lies from {@code from} up to it. */
  void crc32(int from, String field) throws DataFormatException {
    crc32(from, at, field);
  }

  /** A CRC32 of what lies from {@code from} to {@code to}. */
  void crc32(int from, int to, String field) throws DataFormatException {
    CRC32 crc = new CRC32();
    crc.update(input, from, to - from);
    if (s32() != (int) crc.getValue()) {
      throw new DataFormatException("is damaged: its " + field + " has another CRC32");
    }
  }

  void need(int count) throws DataFormatException {
    if (count < 0 || count > end - at) {
      throw new DataFormatException("ends early");
    }
  }
}
