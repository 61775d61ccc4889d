package jbuild.store;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Direct buffers that blob writers hand on to each other: their memory is freed only when the
 * garbage collector runs, so one fresh buffer for every small blob would pile up. Buffers given
 * back when enough are idle are dropped.
 */
final class BufferPool {
  /** Bytes of one buffer: large enough that a hand-over between threads costs nothing. */
  static final int BUFFER_SIZE = 1 << 20;

  private static final int IDLE = 8;

  private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

  ByteBuffer take() {
    ByteBuffer buffer = idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(BUFFER_SIZE) : buffer.clear();
  }

  void give(ByteBuffer buffer) {
    if (idle.size() < IDLE) {
      idle.add(buffer);
    }
  }
}
