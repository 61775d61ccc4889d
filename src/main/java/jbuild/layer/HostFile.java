package jbuild.layer;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Content that is not in a layer yet: a file of the host, or of another image. Its size was taken
 * when the tree was made; {@link LayerWriter} fails when the content is shorter or longer.
 */
public interface HostFile {
  ReadableByteChannel open() throws IOException;

  /**
   * The runs of data between the holes, in file order, not touching one another: offsets are
   * multiples of 512, and so is every length but that of a run which ends the file. Null for a file
   * that is to be written whole; one with islands is read by {@link #openIsland} alone.
   */
  default @Nullable List<Island> islands() throws IOException {
    return null;
  }

  /** The bytes of one of the {@link #islands}, and no others. */
  default ReadableByteChannel openIsland(Island island) throws IOException {
    throw new IllegalStateException("without holes: " + this);
  }

  /**
   * Where the content lies: files read in ascending order of it are read fastest. All 0 where there
   * is nothing to choose.
   */
  default long position() {
    return 0;
  }

  /** Says that this file will be opened soon; see {@link jbuild.io.ByteSource#willNeed}. */
  default void willNeed() {}

  /** A run of {@code length} bytes of data at {@code offset} of a file with holes. */
  record Island(long offset, long length) {}

  /** For messages: the path where a person would look. */
  @Override
  String toString();
}
