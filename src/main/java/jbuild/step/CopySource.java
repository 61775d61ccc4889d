package jbuild.step;

import java.io.IOException;
import java.util.List;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import jbuild.layer.RegularFile;
import org.jspecify.annotations.Nullable;

/** Where COPY and ADD read from: the build context, or the file system of another stage. */
public interface CopySource {
  /** Where an operand is looked up: here, unless it had to be fetched. */
  default CopySource of(Operation.Source operand) {
    return this;
  }

  /** The names in a directory in byte order; empty where there is no such directory. */
  List<ByteString> list(BytePath directory) throws IOException;

  /**
   * The object at {@code path} with everything below it; null where there is none. Symbolic links
   * on the way and at the end are followed, and cannot lead out of the source.
   */
  @Nullable Inode open(BytePath path) throws IOException;

  /** As {@link #open}, but a symbolic link at the end is the object. */
  @Nullable Inode entry(BytePath path) throws IOException;

  /** The directory at {@code path} without what is in it; null for anything else. */
  default @Nullable Directory directory(BytePath path) throws IOException {
    return open(path) instanceof Directory directory ? new Directory(directory.attributes()) : null;
  }

  /** Whether ADD unpacks archives from here unless it is told: local ones, not fetched ones. */
  default boolean unpacksArchives() {
    return true;
  }

  /**
   * Why there is nothing at {@code path}, for a message: excluded, misspelt, or simply not there.
   */
  String whyMissing(BytePath path) throws IOException;

  /** Whether files belong to whom they belong in the source; those of a context become root's. */
  boolean keepsOwners();

  /**
   * The SHA-256 of the content if that is known without reading the file; 32 bytes, not to change.
   */
  byte @Nullable [] knownDigest(RegularFile file);

  /** As {@link #knownDigest}; reads the file if need be. */
  byte[] digest(RegularFile file) throws IOException;

  /** Remembers the SHA-256 of content that was read from {@code file} by somebody else. */
  void learn(RegularFile file, byte[] digest);
}
