package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.FileData;
import jbuild.layer.Inode;
import jbuild.layer.LayerExtractor;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.TreeView;
import jbuild.linux.Syscalls;
import jbuild.sandbox.MountOp;
import jbuild.sandbox.NetworkFiles;
import jbuild.sandbox.NetworkMode;

/**
 * The places that a sandbox mounts on and that an image may lack. They are put into a lower
 * directory of their own on top of the image's layers, never into the upper one: so nothing of them
 * can get into a layer, and there is nothing to tidy up afterwards (semantics that BuildKit and
 * buildah get by removing stubs: buildkit#3148, buildah#4242).
 *
 * <p>Directories on the way have the attributes that the image gives them, because overlayfs takes
 * a directory's attributes from the topmost layer that has it.
 */
public final class MountPoints {
  private static final List<BytePath> OWN_MOUNTS =
      List.of(BytePath.parse("/proc"), BytePath.parse("/sys"), BytePath.parse("/dev"));

  private final TreeView image;
  private final LayerTree stubs = new LayerTree();
  private boolean needed;

  public MountPoints(TreeView image) {
    this.image = image;
  }

  /**
   * Makes sure of the places that every sandbox mounts on, and writes the files that say where in
   * the network it is.
   *
   * @param directory of the sandbox's own, for the files
   * @return the mounts of the files
   */
  public List<MountOp> standard(Path directory, String hostname, NetworkMode network)
      throws IOException {
    return standard(directory, hostname, network, List.of());
  }

  /** The same with more lines for hosts(5). */
  public List<MountOp> standard(
      Path directory, String hostname, NetworkMode network, List<String> hosts) throws IOException {
    for (BytePath own : OWN_MOUNTS) {
      directory(own);
    }
    List<MountOp> mounts = new ArrayList<>();
    for (NetworkFiles.NetworkFile file : NetworkFiles.write(directory, hostname, network, hosts)) {
      mounts.add(new MountOp.HostBind(file.source(), file(file.target()), false, false));
    }
    return mounts;
  }

  /** Makes sure of a directory. The result is the path without symbolic links. */
  public BytePath directory(BytePath path) throws IOException {
    return ensure(path, FileType.DIRECTORY);
  }

  /** Makes sure of a file, which need not be a regular one. */
  public BytePath file(BytePath path) throws IOException {
    return ensure(path, FileType.REGULAR);
  }

  private BytePath ensure(BytePath path, FileType type) throws IOException {
    BytePath target = image.resolve(path, true);
    Entry there = image.lookup(target);
    if (there != null) {
      boolean isDirectory = there.type() == FileType.DIRECTORY;
      if (isDirectory != (type == FileType.DIRECTORY)) {
        throw new IOException(
            "mount on "
                + path
                + ": the image has a "
                + (isDirectory ? "directory" : "file")
                + " there, and a "
                + (isDirectory ? "file" : "directory")
                + " is to be mounted");
      }
      return target;
    }
    needed = true;
    Directory parent = parent(target.parent());
    Inode stub = parent.child(target.name());
    if (stub == null) {
      parent.put(
          target.name(),
          type == FileType.DIRECTORY
              ? new Directory(Attributes.of(0755, 0, 0, 0))
              : new RegularFile(Attributes.of(0644, 0, 0, 0), 0, FileData.NONE));
    } else if (stub.type() != type) {
      throw new IOException(
          "mount on " + path + ": a file and a directory are to be mounted there");
    }
    return target;
  }

  private Directory parent(BytePath path) throws IOException {
    if (path.isRoot()) {
      Directory root = stubs.root();
      if (root.isImplied()) {
        root.setAttributes(attributes(path));
      }
      return root;
    }
    Directory above = parent(path.parent());
    Inode here = above.child(path.name());
    if (here instanceof Directory directory) {
      return directory;
    }
    if (here != null) {
      throw new IOException("mount below " + path + ": a file is to be mounted there");
    }
    Directory made = new Directory(attributes(path));
    above.put(path.name(), made);
    return made;
  }

  private Attributes attributes(BytePath path) throws IOException {
    Entry entry = image.lookup(path);
    if (entry == null) {
      return Attributes.IMPLIED;
    }
    if (entry.type() != FileType.DIRECTORY) {
      throw new IOException("mount below " + path + ": it is not a directory in the image");
    }
    return entry.attributes();
  }

  /**
   * The lower directories that hold what is missing: none, or one written below {@code place},
   * which must not exist.
   */
  List<Path> write(Syscalls syscalls, Path place) throws IOException {
    if (!needed) {
      return List.of();
    }
    new LayerExtractor(syscalls, List.of(), LayerExtractor.Form.PLAIN).extract(stubs, place);
    return List.of(place);
  }
}
