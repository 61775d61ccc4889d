package jbuild.layer;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * Content that is not in a layer yet: a file of the host, or of another image. Its size was taken
 * when the tree was made; {@link LayerWriter} fails when the content is shorter or longer.
 */
public interface HostFile {
  ReadableByteChannel open() throws IOException;

  /** For messages: the path where a person would look. */
  @Override
  String toString();
}
