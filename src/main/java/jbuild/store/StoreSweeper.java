package jbuild.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    int count = 0;
    for (Path leftover : leftovers()) {
      count += trash.discardOrRemove(leftover) ? 1 : 0;
    }
    return count;
  }

  /** What there is to sweep, in all directories. */
  public List<Path> leftovers() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path directory : List.of(root.tmp(), root.work(), root.mounts(), root.leases())) {
      all.addAll(leftovers(directory));
    }
    return all;
  }

  private List<Path> leftovers(Path directory) throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Owner owner = Owner.parse(entry.getFileName().toString());
        if (owner != null && owner.isDead(root.owner())) {
          leftovers.add(entry);
        }
      }
    }
    return leftovers;
  }
}
