package jbuild.step;

import java.io.IOException;
import java.util.Map;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;

/**
 * Unpacks an archive into the layer of an ADD as {@code tar -x} does: directories are merged, and
 * anything else replaces what is there, a directory a file and a file a directory. Owners are those
 * of the archive unless {@code --chown} says otherwise.
 */
final class ArchivePlacement {
  private final CopyPlacement placement;
  private final CopyPlacement.Changes changes;

  ArchivePlacement(CopyPlacement placement) {
    this.placement = placement;
    this.changes = placement.changes().keepingOwners();
  }

  /** Unpacks into the directory {@code target}, which is resolved and made if need be. */
  void unpack(LayerTree archive, BytePath target) throws IOException {
    placement.directory(target); // also for an archive of nothing
    contents(archive.root(), target);
    archive.notes().forEach(placement.tree()::note);
  }

  private void contents(Directory source, BytePath target) throws IOException {
    if (!source.isImplied()) {
      placement.directory(target).setAttributes(changes.of(source.attributes(), true));
    }
    for (Map.Entry<ByteString, Inode> child : source.children().entrySet()) {
      BytePath path = target.child(child.getKey());
      if (child.getValue() instanceof Directory directory) {
        contents(directory, place(directory, path));
      } else {
        placement.replace(child.getValue(), path, changes);
      }
    }
  }

  /** Makes sure of a directory for {@code source} and says where it is. */
  private BytePath place(Directory source, BytePath path) throws IOException {
    if (source.isImplied() && placement.tree().lookup(path) == null) {
      // The archive only passes through: a link of the image leads where it leads in the image.
      Entry below = placement.below(path);
      if (below != null && below.type() == FileType.SYMLINK) {
        BytePath real = placement.resolve(path);
        placement.directory(real);
        return real;
      }
    }
    placement.replaceByDirectory(path);
    return path;
  }
}
