package jbuild.io;

import java.io.IOException;

/** Input that is not what its format promises: names the input, the position and the reason. */
public final class CorruptInputException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String label;
  private final long offset;
  private final String what;

  /**
   * @param label the file and the structure in it, such as {@code erofs x.erofs: superblock}
   * @param offset position in the file in bytes
   * @param what what is wrong, lower case, no final period
   */
  public CorruptInputException(String label, long offset, String what) {
    super(label + " @0x" + Long.toHexString(offset) + ": " + what);
    this.label = label;
    this.offset = offset;
    this.what = what;
  }

  public CorruptInputException(String label, long offset, String what, Throwable cause) {
    this(label, offset, what);
    initCause(cause);
  }

  public String label() {
    return label;
  }

  public long offset() {
    return offset;
  }

  public String what() {
    return what;
  }
}
