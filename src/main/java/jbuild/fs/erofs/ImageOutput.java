package jbuild.fs.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import jbuild.io.ByteString;

/** Writes an image from front to back through one buffer; knows its position. Little-endian. */
final class ImageOutput {
  private final WritableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
  private long flushed;

  ImageOutput(WritableByteChannel channel) {
    this.channel = channel;
  }

  long position() {
    return flushed + buffer.position();
  }

  void u8(int value) throws IOException {
    room(1);
    buffer.put((byte) value);
  }

  void u16(int value) throws IOException {
    room(2);
    buffer.putShort((short) value);
  }

  void u32(int value) throws IOException {
    room(4);
    buffer.putInt(value);
  }

  void u64(long value) throws IOException {
    room(8);
    buffer.putLong(value);
  }

  void bytes(byte[] bytes) throws IOException {
    int done = 0;
    while (done < bytes.length) {
      room(1);
      int some = Math.min(buffer.remaining(), bytes.length - done);
      buffer.put(bytes, done, some);
      done += some;
    }
  }

  void bytes(ByteString bytes) throws IOException {
    bytes(bytes.toBytes());
  }

  /** Writes zeros up to {@code position}, which must not lie behind. */
  void padTo(long position) throws IOException {
    long count = position - position();
    if (count < 0) {
      throw new IllegalStateException("image is at " + position() + ", past " + position);
    }
    while (count > 0) {
      room(1);
      int some = (int) Math.min(buffer.remaining(), count);
      for (int i = 0; i < some; i++) {
        buffer.put((byte) 0);
      }
      count -= some;
    }
  }

  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      flushed += channel.write(buffer);
    }
    buffer.clear();
  }

  private void room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }
}
