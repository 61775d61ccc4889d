package jbuild.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/** Writes the content of files; holes stay holes, and so do large pieces of nothing but zeros. */
final class FileFiller implements AutoCloseable {
  private static final int PIECE = 128 << 10;

  private final Syscalls syscalls;
  private final List<Path> tars;
  private final List<@Nullable Fd> open;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);

  FileFiller(Syscalls syscalls, List<Path> tars) {
    this.syscalls = syscalls;
    this.tars = tars;
    this.open = new ArrayList<>(Collections.nCopies(tars.size(), null));
  }

  /**
   * Gives the empty file {@code to} the content and size of {@code file}.
   *
   * @throws ErrnoException when it cannot be written
   * @throws LayerException when the content cannot be read
   */
  void fill(Fd to, RegularFile file) throws IOException {
    if (file.size() == 0) {
      return;
    }
    FileData data = file.data();
    if (data instanceof FileData.Stored stored) {
      copy(stored.device(), stored.offset(), to, 0, file.size());
    } else if (data instanceof FileData.Sparse sparse) {
      for (FileData.Extent extent : sparse.extents()) {
        copy(sparse.device(), extent.deviceOffset(), to, extent.fileOffset(), extent.length());
      }
    } else if (data instanceof FileData.Bytes inMemory) {
      write(inMemory.bytes(), to);
    } else if (data instanceof FileData.Host host) {
      List<HostFile.Island> islands = host.file().islands();
      if (islands == null) {
        copy(host.file(), host.file().open(), to, 0, file.size());
      } else {
        for (HostFile.Island island : islands) {
          copy(host.file(), host.file().openIsland(island), to, island.offset(), island.length());
        }
      }
    }
    syscalls.ftruncate(to, file.size()); // for a hole at the end, which nothing was written to
  }

  private void copy(int device, long from, Fd to, long at, long length) throws IOException {
    Fd tar = tar(device);
    long done = 0;
    while (done < length) {
      buffer.clear().limit((int) Math.min(PIECE, length - done));
      int count;
      try {
        count = syscalls.pread(tar, buffer, from + done);
      } catch (ErrnoException e) {
        throw HostFailure.of("read layer", tars.get(device).toString(), e);
      }
      if (count == 0) {
        throw new LayerException(
            "read layer "
                + tars.get(device)
                + ": it ends at "
                + (from + done)
                + ", in the middle of a file (it is damaged: pull or build it again)");
      }
      write(to, at + done);
      done += count;
    }
  }

  private void copy(HostFile file, ReadableByteChannel content, Fd to, long at, long size)
      throws IOException {
    long done = 0;
    try (ReadableByteChannel from = content) {
      int count;
      do {
        buffer.clear();
        count = 0;
        while (count >= 0 && buffer.hasRemaining()) {
          count = from.read(buffer);
        }
        int filled = buffer.position();
        write(to, at + done);
        done += filled;
      } while (count >= 0);
    }
    if (done != size) {
      throw new LayerException(
          "read " + file + ": it has " + done + " bytes and not " + size + " (changed meanwhile?)");
    }
  }

  private void write(byte[] from, Fd to) throws ErrnoException {
    for (int done = 0; done < from.length; done += PIECE) {
      buffer.clear().put(from, done, Math.min(PIECE, from.length - done));
      write(to, done);
    }
  }

  /** Writes what was put into the buffer, unless it is all zeros. */
  private void write(Fd to, long at) throws ErrnoException {
    buffer.flip();
    zeros.limit(buffer.limit());
    if (buffer.mismatch(zeros) >= 0) {
      while (buffer.hasRemaining()) {
        syscalls.pwrite(to, buffer, at + buffer.position());
      }
    }
  }

  private Fd tar(int device) throws IOException {
    Fd known = open.get(device);
    if (known == null) {
      try {
        ByteString path = LongPath.of(tars.get(device));
        known = syscalls.openat(Fd.CWD, path, OpenFlags.RDONLY | OpenFlags.CLOEXEC, 0);
      } catch (ErrnoException e) {
        throw HostFailure.of("read layer", tars.get(device).toString(), e);
      }
      open.set(device, known);
    }
    return known;
  }

  @Override
  public void close() {
    for (Fd fd : open) {
      if (fd != null) {
        fd.close();
      }
    }
  }
}
