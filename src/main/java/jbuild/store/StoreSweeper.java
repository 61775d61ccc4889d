package jbuild.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Moves what dead processes left behind, temporary files and work directories, to the trash. Every
 * command may do so, several at once: what has a living owner, an owner in another pid namespace or
 * a name of another kind is never touched.
 */
public final class StoreSweeper {
  private final DataRoot root;
  private final Trash trash;

  public StoreSweeper(DataRoot root, Trash trash) {
    this.root = root;
    this.trash = trash;
  }

  /** Gives the number of leftovers moved; the trash is not emptied. */
  public int sweep() throws IOException {
    return sweep(root.tmp()) + sweep(root.work()) + sweep(root.mounts());
  }

  private int sweep(Path directory) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Owner owner = Owner.parse(entry.getFileName().toString());
        if (owner != null && owner.isDead(root.owner()) && trash.discard(entry)) {
          count++;
        }
      }
    }
    return count;
  }
}
