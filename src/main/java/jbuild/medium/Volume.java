package jbuild.medium;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.fs.FilesystemReader;
import jbuild.fs.Inode;
import jbuild.fs.disk.Partition;
import jbuild.io.BytePath;
import jbuild.io.ByteSource;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * One level of a medium: the medium itself, an image that is a file in it, a partition. A disk
 * shows its partitions as the files {@code /p1}, {@code /p2} and so on.
 */
public final class Volume {
  private final Opener opener;
  private final String label;
  private final int depth;
  private final ByteSource source;
  private final boolean isWrapped;
  private final Content content;

  private Volume(Opener opener, String label, int depth, ByteSource source) throws IOException {
    this.opener = opener;
    this.label = label;
    this.depth = depth;
    this.source = opener.unwrap(label, source);
    this.isWrapped = this.source != source;
    this.content = opener.open(label, this.source);
  }

  static Volume outermost(Opener opener, String label, ByteSource source) throws IOException {
    return new Volume(opener, label, 0, source);
  }

  /** The file, and the way from it to here: {@code x.iso!/LiveOS/squashfs.img}. */
  public String label() {
    return label;
  }

  /** How many images this one is nested in. */
  public int depth() {
    return depth;
  }

  /** The length in bytes; that of a disk in the qcow2 format is the disk's. */
  public long size() throws IOException {
    return source.size();
  }

  Content content() {
    return content;
  }

  /** What it is, for people: {@code squashfs}, {@code GPT disk}, {@code an XFS file system}. */
  public String format() {
    return isWrapped ? "qcow2, " + plainFormat() : plainFormat();
  }

  private String plainFormat() {
    if (content instanceof Content.Tree tree) {
      return tree.reader().format().toString();
    }
    if (content instanceof Content.Disk disk) {
      return disk.partitions().scheme() + " disk";
    }
    if (content instanceof Content.Foreign foreign) {
      return foreign.name();
    }
    return content instanceof Content.Compressed compressed
        ? compressed.format() + " data"
        : "data";
  }

  /** Whether it is a file system that can be read. */
  public boolean isTree() {
    return content instanceof Content.Tree;
  }

  /** Whether nothing is known about it but that it is a file. */
  public boolean isData() {
    return content instanceof Content.Unknown || content instanceof Content.Compressed;
  }

  /**
   * The file system.
   *
   * @throws MediumException when it is none that can be read
   */
  public FilesystemReader reader() throws MediumException {
    if (content instanceof Content.Tree tree) {
      return tree.reader();
    }
    throw new MediumException("read " + label + ": it is " + describe());
  }

  /** As an error says it. */
  String describe() {
    if (content instanceof Content.Foreign foreign) {
      return foreign.name() + ", which jbuild cannot read";
    }
    if (content instanceof Content.Disk) {
      return "a disk with partitions (" + label + "!/p1 is the first one)";
    }
    if (content instanceof Content.Compressed compressed) {
      return compressed.format() + " data (decompress it first)";
    }
    return "no file system image that jbuild knows";
  }

  /** The root directory. */
  public Inode root() throws IOException {
    return reader().root();
  }

  /**
   * The volume in the file at {@code path} of this one, links followed.
   *
   * @throws MediumException when there is no such file
   */
  public Volume enter(BytePath path) throws IOException {
    String inner = label + "!" + path;
    if (content instanceof Content.Disk disk) {
      return new Volume(opener, inner, depth + 1, disk.partitions().open(partition(disk, path)));
    }
    Inode file = TreePath.resolve(root(), path);
    if (file == null) {
      throw new MediumException("open " + inner + ": there is no such file");
    }
    return enter(path, file);
  }

  /** As {@link #enter(BytePath)}, for a file that was found already. */
  Volume enter(BytePath path, Inode file) throws IOException {
    String inner = label + "!" + path;
    if (file.type() != FileType.REGULAR) {
      throw new MediumException("open " + inner + ": is a " + file.type() + ", not a file");
    }
    return new Volume(opener, inner, depth + 1, file.content());
  }

  private static Partition partition(Content.Disk disk, BytePath path) throws MediumException {
    for (Partition partition : disk.partitions().partitions()) {
      if (path.equals(pathOf(partition))) {
        return partition;
      }
    }
    throw new MediumException("open " + path + ": the disk has no such partition");
  }

  static BytePath pathOf(Partition partition) {
    return BytePath.parse("/p" + partition.number());
  }

  /** The partitions, by their paths; empty for what is no disk. */
  public List<BytePath> partitions() {
    List<BytePath> paths = new ArrayList<>();
    if (content instanceof Content.Disk disk) {
      disk.partitions().partitions().forEach(partition -> paths.add(pathOf(partition)));
    }
    return paths;
  }

  /** The volume's own label; empty when it has none. */
  public String volumeLabel() {
    return content instanceof Content.Tree tree ? tree.reader().volumeLabel() : "";
  }

  /** The inode at {@code path}, links on the way followed; null when there is none. */
  public @Nullable Inode lookup(BytePath path, boolean followLast) throws IOException {
    return TreePath.lookup(root(), path, followLast);
  }
}
