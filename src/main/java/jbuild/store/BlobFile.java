package jbuild.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;

/** A blob's file under its temporary name; removed by {@link #close} unless it got its real one. */
final class BlobFile implements AutoCloseable {
  private static final int MIN_HOLE = 64 << 10;

  private final Path temporary;
  private final FileChannel channel;

  private BlobFile(Path temporary, FileChannel channel) {
    this.temporary = temporary;
    this.channel = channel;
  }

  static BlobFile create(Path temporary) throws IOException {
    try {
      return new BlobFile(
          temporary,
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new StoreException("create blob: " + temporary + ": " + Failures.reason(e), e);
    }
  }

  /** Its temporary name. */
  Path path() {
    return temporary;
  }

  /** A large piece of zeros becomes a hole: a small archive must not fill the disk with them. */
  void write(ByteBuffer content) throws IOException {
    try {
      if (content.remaining() >= MIN_HOLE && isZero(content)) {
        channel.position(channel.position() + content.remaining());
        return;
      }
      while (content.hasRemaining()) {
        channel.write(content);
      }
    } catch (IOException e) {
      throw new StoreException("write blob: " + temporary + ": " + Failures.reason(e), e);
    }
  }

  private static boolean isZero(ByteBuffer content) {
    int at = content.position();
    for (; at <= content.limit() - Long.BYTES; at += Long.BYTES) {
      if (content.getLong(at) != 0) {
        return false;
      }
    }
    for (; at < content.limit(); at++) {
      if (content.get(at) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the blob is there in full, and stays; a shorter one is what a crash of the machine
   * left.
   */
  static boolean isWhole(DataRoot root, Path blob, long size) throws IOException {
    try {
      return Files.size(blob) == size && root.keep(blob);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** After the last {@link #write}: a file that ends with a hole gets its size. */
  void end(long size) throws IOException {
    try {
      if (channel.size() < size) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
    } catch (IOException e) {
      throw new StoreException("write blob: " + temporary + ": " + Failures.reason(e), e);
    }
  }

  /** Waits until the content is on the disk. */
  void force() throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw new StoreException("write blob: " + temporary + ": " + Failures.reason(e), e);
    }
  }

  /**
   * Gives the file its name, after {@link #force}: after a crash a name must never stand for less
   * than its content (rename(2) alone promises no order with data).
   */
  void moveTo(Path blob) throws IOException {
    try {
      Files.setPosixFilePermissions(
          temporary,
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.GROUP_READ,
              PosixFilePermission.OTHERS_READ));
      Files.move(temporary, blob, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StoreException("commit blob: " + blob + ": " + Failures.reason(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
