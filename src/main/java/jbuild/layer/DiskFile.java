package jbuild.layer;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import jbuild.io.ByteString;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.Syscalls;

/** A regular file of the host as a walk found it; opened again by its path when it is read. */
public final class DiskFile implements HostFile {
  private final HostDirectory directory;
  private final ByteString name;
  private final FileStat stat;

  DiskFile(HostDirectory directory, ByteString name, FileStat stat) {
    this.directory = directory;
    this.name = name;
    this.stat = stat;
  }

  /** As of the walk. */
  public FileStat stat() {
    return stat;
  }

  /**
   * {@inheritDoc}
   *
   * @throws LayerException when it is not the file of the walk any more; the channel throws it too
   *     when the file turns out longer or shorter than the walk said
   */
  @Override
  public ReadableByteChannel open() throws IOException {
    return new DiskFileChannel(this, directory.root().syscalls(), openFd());
  }

  /** Opens the file to be read at any place; what is wrong with it is told as by {@link #open}. */
  public DiskFileReader openReader() throws IOException {
    return new DiskFileReader(this, directory.root().syscalls(), openFd());
  }

  private Fd openFd() throws IOException {
    HostRoot root = directory.root();
    Syscalls syscalls = root.syscalls();
    try {
      Fd fd = root.openFile(directory.absolute(name));
      try {
        FileStat now = syscalls.fstat(fd);
        if (now.inode() != stat.inode()
            || now.device() != stat.device()
            || now.size() != stat.size()) {
          throw changed();
        }
        return fd;
      } catch (IOException e) {
        fd.close();
        throw e;
      }
    } catch (ErrnoException e) {
      throw HostFailure.of("read", toString(), e);
    }
  }

  LayerException changed() {
    return new LayerException(
        "read " + this + ": changed while it was read (build again when nothing writes to it)");
  }

  @Override
  public String toString() {
    return directory.absolute(name).toString();
  }
}
