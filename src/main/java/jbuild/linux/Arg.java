package jbuild.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jbuild.io.ByteString;

/**
 * An argument of a call in a {@link SyscallProgram}: 64 bits that are a number, a pointer to memory
 * laid out when the program starts, or the result of an earlier call.
 */
public sealed interface Arg {
  /** A null pointer or zero. */
  Arg NONE = new Value(0);

  static Arg number(long value) {
    return value == 0 ? NONE : new Value(value);
  }

  /** The number of a descriptor of this process, which the child's table of descriptors copies. */
  static Arg fd(Fd fd) {
    return new Value(fd.number());
  }

  /** A pointer to the zero-terminated {@code text}. */
  static Arg string(ByteString text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a zero byte ends a C string early: " + text);
    }
    return new Text(text);
  }

  static Arg string(String text) {
    return string(ByteString.of(text));
  }

  /** A pointer to a copy of {@code bytes} in writable memory, 16-byte aligned. */
  static Arg bytes(byte[] bytes) {
    return new Memory(bytes.clone());
  }

  /** A pointer to zero-terminated pointers to strings, as execve(2) takes them. */
  static Arg strings(List<ByteString> texts) {
    List<Arg> cells = new ArrayList<>(texts.size() + 1);
    for (ByteString text : texts) {
      cells.add(string(text));
    }
    cells.add(NONE);
    return new Cells(List.copyOf(cells));
  }

  /** A pointer to a structure of 64-bit fields, each an argument of its own. */
  static Arg cells(Arg... fields) {
    return new Cells(List.of(fields));
  }

  /** See {@link #number}. */
  record Value(long value) implements Arg {
    @Override
    public String toString() {
      return value >= -4096 && value < 256 ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
  }

  /** See {@link #string(ByteString)}. */
  record Text(ByteString text) implements Arg {
    @Override
    public String toString() {
      return '"' + text.toString() + '"';
    }
  }

  /** See {@link #bytes}. */
  @SuppressWarnings("ArrayRecordComponent") // private copy, compared by content below
  record Memory(byte[] bytes) implements Arg {
    @Override
    public boolean equals(Object other) {
      return other instanceof Memory that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return bytes.length + " bytes";
    }
  }

  /** See {@link #cells} and {@link #strings}. */
  record Cells(List<Arg> fields) implements Arg {
    @Override
    public String toString() {
      return fields.toString();
    }
  }

  /** The result of the call number {@code call} of {@code program}. */
  record Slot(SyscallProgram program, int call) implements Arg {
    @Override
    public String toString() {
      return "r" + call;
    }
  }
}
