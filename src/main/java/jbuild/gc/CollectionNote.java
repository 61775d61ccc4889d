package jbuild.gc;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * What the last collection left, {@code cache/collected}: enough to guess by one look at the file
 * system whether there may be too much again. Whatever else grows there lets a collection begin too
 * early, which then finds nothing and notes it; too late it begins by no more than what was rmi'd.
 *
 * @param cacheBytes that only the build cache needed
 * @param usedBytes of the file system
 */
public record CollectionNote(long cacheBytes, long usedBytes) {
  private static final int BYTES = 2 * Long.BYTES;

  /** Whether it is time for a collection. The first time it only notes how things are. */
  public static boolean isDue(DataRoot root, long limit) throws IOException {
    CollectionNote note = read(root);
    if (note == null) {
      write(root, 0);
      return false;
    }
    return note.cacheBytes + Math.max(0, used(root) - note.usedBytes) > limit;
  }

  private static @Nullable CollectionNote read(DataRoot root) throws IOException {
    try {
      ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file(root)));
      return content.remaining() == BYTES
          ? new CollectionNote(content.getLong(), content.getLong())
          : null;
    } catch (NoSuchFileException never) {
      return null;
    }
  }

  static void write(DataRoot root, long cacheBytes) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(BYTES).putLong(cacheBytes).putLong(used(root));
    root.replaceNotDurably(file(root), content.array());
  }

  private static long used(DataRoot root) {
    File place = new File(root.root().toString());
    return place.getTotalSpace() - place.getFreeSpace();
  }

  private static Path file(DataRoot root) {
    return root.root().resolve("cache").resolve("collected");
  }
}
