package jbuild.fs.iso9660;

import java.io.IOException;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/** Makes inodes of directory records and what Rock Ridge says of them. */
final class InodeMaker {
  private final IsoVolume volume;

  InodeMaker(IsoVolume volume) {
    this.volume = volume;
  }

  /** The root's inode. */
  IsoDirectory root(DirectoryRecord self) throws IOException {
    return directory(self, Stat.of(volume, self, RockRidge.read(volume, self)), true);
  }

  /**
   * @param record of the first section
   * @param extents of all sections
   */
  IsoInode make(DirectoryRecord record, RockRidge entries, List<Extent> extents)
      throws IOException {
    if (entries.isPlaceholder()) {
      // Linux takes all from there too; but xorriso has the attributes here only.
      DirectoryRecord self = volume.selfRecord(entries.relocatedTo());
      Stat stat = Stat.of(volume, self, RockRidge.read(volume, self));
      return directory(self, stat.withXattrsOf(record, entries), false);
    }
    FileType type = type(record, entries.attributes());
    Stat stat = Stat.of(volume, record, entries);
    return switch (type) {
      case DIRECTORY -> directory(record, stat, false);
      case REGULAR -> file(record, stat, entries, extents);
      case SYMLINK -> new IsoSymlink(volume, stat, target(record, entries));
      default -> new IsoSpecialFile(volume, stat, type, entries.device());
    };
  }

  private IsoDirectory directory(DirectoryRecord record, Stat stat, boolean isRoot) {
    return new IsoDirectory(volume, stat, new Extent(record.extent(), record.length()), isRoot);
  }

  private FileType type(DirectoryRecord record, @Nullable PosixAttributes attributes)
      throws CorruptInputException {
    FileType recorded = record.isDirectory() ? FileType.DIRECTORY : FileType.REGULAR;
    if (attributes == null) {
      return recorded;
    }
    FileType type;
    try {
      type = FileType.ofMode(attributes.mode());
    } catch (IllegalArgumentException unknown) {
      throw volume.corrupt(
          "directory record",
          record.position(),
          "PX file mode is 0" + Integer.toOctalString(attributes.mode()));
    }
    if (record.isDirectory() != (type == FileType.DIRECTORY)) {
      throw volume.corrupt(
          "directory record",
          record.position(),
          "flags say " + recorded + ", PX file mode says " + type);
    }
    return type;
  }

  private ByteString target(DirectoryRecord record, RockRidge entries)
      throws CorruptInputException {
    ByteString target = entries.target();
    if (target.isEmpty() || target.indexOf('\0') >= 0) {
      throw volume.corrupt(
          "directory record", record.position(), "symbolic link has no valid target");
    }
    return target;
  }

  private IsoInode file(
      DirectoryRecord record, Stat stat, RockRidge entries, List<Extent> extents) {
    ZisofsEntry packing = entries.zisofs();
    if (record.interleaved()) {
      return refused(record, stat, entries, "is interleaved");
    }
    if (entries.isSparse()) {
      return refused(record, stat, entries, "is recorded without its holes (SF)");
    }
    if (packing == null) {
      return new IsoFile(volume, stat, extents);
    }
    return packing.isSupported()
        ? new ZisofsFile(volume, stat, extents, packing)
        : refused(
            record,
            stat,
            entries,
            "is packed with " + packing.algorithm() + ", version " + packing.version());
  }

  private RefusedFile refused(DirectoryRecord record, Stat stat, RockRidge entries, String why) {
    ByteString name = entries.name().isEmpty() ? record.identifier() : entries.name();
    return new RefusedFile(volume, stat, record.length(), "file " + name + " " + why);
  }
}
