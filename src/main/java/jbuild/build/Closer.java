package jbuild.build;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was added to it, the last first, and all of it whatever fails. */
final class Closer implements AutoCloseable {
  /** Something that gives up what it holds. */
  @FunctionalInterface
  interface Part extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private final Deque<Part> parts = new ArrayDeque<>();

  void add(Part part) {
    parts.push(part);
  }

  @Override
  public void close() throws IOException {
    try (Part oldest = parts.pollLast()) {
      if (oldest != null) {
        close(); // the newer ones first
      }
    }
  }
}
