package jbuild.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file behind the door. What is flushed is not: the tests make thousands of files. */
final class FaultyChannel extends FileChannel {
  private final FileChannel file;
  private final Path path;
  private final Faults faults;

  FaultyChannel(FileChannel file, Path path, Faults faults) {
    this.file = file;
    this.path = path;
    this.faults = faults;
  }

  private void through(String operation) throws IOException {
    if (faults.fails(operation, path)) {
      throw new IOException(faults.kind().text());
    }
  }

  private interface Transfer {
    int move(ByteBuffer buffer) throws IOException;
  }

  private int transfer(String operation, ByteBuffer buffer, Transfer transfer) throws IOException {
    if (!faults.strikes(operation, path)) {
      return transfer.move(buffer);
    }
    if (faults.kind() != Faults.Kind.SHORT) {
      throw new IOException(faults.kind().text());
    }
    int limit = buffer.limit();
    if (buffer.remaining() > 1) {
      buffer.limit(buffer.position() + buffer.remaining() / 2);
    }
    try {
      return transfer.move(buffer);
    } finally {
      buffer.limit(limit);
    }
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return transfer("read", to, file::read);
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    return transfer("read", to, buffer -> file.read(buffer, position));
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    through("read");
    return file.read(to, offset, length);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return transfer("write", from, file::write);
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    return transfer("write", from, buffer -> file.write(buffer, position));
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    through("write");
    return file.write(from, offset, length);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    through("truncate");
    file.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    through("force");
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    through("read");
    return file.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    through("write");
    return file.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    through("map");
    return file.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    through("lock");
    return file.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    through("lock");
    return file.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
