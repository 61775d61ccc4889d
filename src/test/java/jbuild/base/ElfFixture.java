package jbuild.base;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes ELF files that hold nothing but what the loader reads: enough to be found and parsed. */
final class ElfFixture {
  static final int X86_64 = 62;
  static final int I386 = 3;

  /** Where the only segment lies in memory; not 0, so that addresses and offsets differ. */
  private static final long BASE = 0x400000;

  private final boolean wide;
  private final int machine;
  private final ByteOrder order;
  private final List<long[]> dynamic = new ArrayList<>();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private String interpreter = "";

  ElfFixture(boolean wide, int machine, ByteOrder order) {
    this.wide = wide;
    this.machine = machine;
    this.order = order;
    strings.write(0);
  }

  static ElfFixture amd64() {
    return new ElfFixture(true, X86_64, ByteOrder.LITTLE_ENDIAN);
  }

  ElfFixture interpreter(String path) {
    interpreter = path;
    return this;
  }

  ElfFixture needed(String... names) {
    for (String name : names) {
      dynamic.add(new long[] {1, string(name)});
    }
    return this;
  }

  ElfFixture soname(String name) {
    dynamic.add(new long[] {14, string(name)});
    return this;
  }

  ElfFixture rpath(String path) {
    dynamic.add(new long[] {15, string(path)});
    return this;
  }

  ElfFixture runpath(String path) {
    dynamic.add(new long[] {29, string(path)});
    return this;
  }

  ElfFixture noDefaultLibraries() {
    dynamic.add(new long[] {0x6ffffffbL, 0x800});
    return this;
  }

  private int string(String text) {
    int at = strings.size();
    strings.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
    return at;
  }

  byte[] bytes() {
    int headerSize = wide ? 64 : 52;
    int segmentSize = wide ? 56 : 32;
    int interpreterAt = headerSize + 3 * segmentSize;
    byte[] interpreterBytes = (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
    int dynamicAt = (interpreterAt + interpreterBytes.length + 7) & ~7;
    int dynamicSize = (dynamic.size() + 2) * (wide ? 16 : 8);
    int stringsAt = dynamicAt + dynamicSize;
    ByteBuffer out = ByteBuffer.allocate(stringsAt + strings.size()).order(order);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1)});
    out.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2)).put((byte) 1).position(16);
    out.putShort((short) 3).putShort((short) machine).putInt(1);
    word(out, 0);
    word(out, headerSize);
    word(out, 0);
    out.putInt(0).putShort((short) headerSize);
    out.putShort((short) segmentSize).putShort((short) 3);
    segment(out.position(headerSize), 1, 0, out.capacity());
    segment(out, 2, dynamicAt, dynamicSize);
    segment(out, interpreter.isEmpty() ? 0 : 3, interpreterAt, interpreterBytes.length);
    out.position(interpreterAt).put(interpreterBytes).position(dynamicAt);
    for (long[] entry : dynamic) {
      word(out, entry[0]);
      word(out, entry[1]);
    }
    word(out, 5);
    word(out, BASE + stringsAt);
    return out.position(stringsAt).put(strings.toByteArray()).array();
  }

  private void segment(ByteBuffer out, int type, long offset, long size) {
    out.putInt(type);
    if (wide) {
      out.putInt(4);
    }
    word(out, offset);
    word(out, BASE + offset);
    word(out, BASE + offset);
    word(out, size);
    word(out, size);
    if (!wide) {
      out.putInt(4);
    }
    word(out, 8);
  }

  private void word(ByteBuffer out, long value) {
    if (wide) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }

  void writeTo(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes());
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("chmod " + file);
    }
  }
}
