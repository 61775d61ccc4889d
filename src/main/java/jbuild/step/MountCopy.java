package jbuild.step;

import java.io.IOException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import jbuild.layer.LayerExtractor;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.Special;
import jbuild.layer.Symlink;
import jbuild.linux.Syscalls;

/** What COPY would see, as files of their own that a step can mount. */
final class MountCopy {
  /** The name of a source that is no directory. */
  private static final ByteString FILE = ByteString.of("file");

  private final boolean keepsOwners;
  private final IdentityHashMap<Inode, Inode> copies = new IdentityHashMap<>();

  private MountCopy(boolean keepsOwners) {
    this.keepsOwners = keepsOwners;
  }

  /**
   * Writes {@code source} below {@code place}, which does not exist; the result is where it is.
   *
   * @param keepsOwners false where everything is root's, as in a context
   */
  static Path write(Syscalls syscalls, Inode source, boolean keepsOwners, Path place)
      throws IOException {
    Inode copy = new MountCopy(keepsOwners).copy(source);
    LayerExtractor extractor = new LayerExtractor(syscalls, List.of(), LayerExtractor.Form.PLAIN);
    if (copy instanceof Directory directory) {
      extractor.extract(new LayerTree(directory), place);
      return place;
    }
    Directory above = new Directory(Attributes.IMPLIED);
    above.put(FILE, copy);
    extractor.extract(new LayerTree(above), place);
    return place.resolve(FILE.toString());
  }

  private Inode copy(Inode source) throws IOException {
    Inode known = copies.get(source);
    if (known == null) {
      known = make(source);
      copies.put(source, known);
    }
    return known;
  }

  private Inode make(Inode source) throws IOException {
    Attributes attributes = source.attributes();
    if (!keepsOwners) {
      attributes = attributes.withOwner(0, 0);
    }
    if (source instanceof Directory directory) {
      Directory made = new Directory(attributes);
      for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
        made.put(child.getKey(), copy(child.getValue()));
      }
      return made;
    }
    if (source instanceof RegularFile file) {
      return new RegularFile(attributes, file.size(), file.data());
    }
    if (source instanceof Symlink link) {
      return new Symlink(attributes, link.target());
    }
    if (source instanceof Special special) {
      return new Special(attributes, special.type(), special.deviceMajor(), special.deviceMinor());
    }
    throw new IOException("mount: not a file of a file system: " + source.type());
  }

  /** Whether {@code source} and all below it are root's, as a context shows them anyway. */
  static boolean isRoots(Inode source) {
    Attributes attributes = source.attributes();
    if (attributes.uid() != 0 || attributes.gid() != 0) {
      return false;
    }
    if (source instanceof Directory directory) {
      for (Inode child : directory.children().values()) {
        if (!isRoots(child)) {
          return false;
        }
      }
    }
    return true;
  }
}
