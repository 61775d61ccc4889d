package jbuild.fs.cpio;

import java.io.IOException;
import jbuild.io.ByteSource;

/** A regular file. */
final class CpioFile extends CpioInode {
  private Segment segment;
  private long offset;
  private long size;

  /** An empty one, as it begins. */
  CpioFile(int number, CpioHeader header, Segment segment) {
    super(number, header);
    this.segment = segment;
  }

  /** Says where the content lies: of hard links, any may bring it. */
  void setContent(Segment where, long position, long length) {
    segment = where;
    offset = position;
    size = length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public ByteSource content() throws IOException {
    return segment.bytes().slice(offset, size);
  }

  @Override
  public long position() {
    return segment.base() + offset;
  }
}
