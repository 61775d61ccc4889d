package jbuild.fs.iso9660;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of a directory into names and inodes. Several records of one name are the
 * sections of one file; placeholders become the directories they stand for; those directories'
 * other place, and the directory that was made for them, are left out.
 */
final class DirectoryListing {
  record Child(ByteString name, IsoInode inode) {}

  private record Found(ByteString identifier, ByteString alternateName, IsoInode inode) {}

  /** NAME_MAX of Linux. */
  private static final int MOST_NAME_BYTES = 255;

  /** What writers call the directory for relocated ones; some put a dot in front to hide it. */
  private static final List<String> RELOCATION_NAMES = List.of("rr_moved", ".rr_moved");

  private final IsoVolume volume;
  private final boolean isRoot;
  private final InodeMaker inodes;
  private final List<Found> found = new ArrayList<>();

  /** The first section of a file that has more, and what is known of its extents. */
  private @Nullable DirectoryRecord first;

  private List<Extent> sections = new ArrayList<>();

  private DirectoryListing(IsoVolume volume, boolean isRoot) {
    this.volume = volume;
    this.isRoot = isRoot;
    this.inodes = new InodeMaker(volume);
  }

  /** The entries in the order of the image, under names that are valid and differ. */
  static List<Child> of(IsoVolume volume, Extent directory, boolean isRoot) throws IOException {
    DirectoryListing listing = new DirectoryListing(volume, isRoot);
    DirectoryRecords.forEach(volume, directory, listing::add);
    if (listing.first != null) {
      throw volume.corrupt(
          "directory", directory.position(), "ends before the last section of a file");
    }
    return listing.named(directory);
  }

  private void add(DirectoryRecord record) throws IOException {
    if (record.isAssociated()) {
      return; // as Linux does: another fork of the next file
    }
    Extent extent = new Extent(record.extent(), record.length());
    DirectoryRecord begun = first;
    if (begun == null && !record.hasMoreSections()) {
      add(record, List.of(extent));
      return;
    }
    if (record.isDirectory()
        || (begun != null && !begun.identifier().equals(record.identifier()))) {
      throw volume.corrupt("directory record", record.position(), "is no section of a file");
    }
    sections.add(extent);
    if (record.hasMoreSections()) {
      first = begun == null ? record : begun;
    } else if (begun != null) {
      add(begun, List.copyOf(sections));
      first = null;
      sections = new ArrayList<>();
    }
  }

  private void add(DirectoryRecord record, List<Extent> extents) throws IOException {
    RockRidge entries = RockRidge.read(volume, record);
    if (entries.isRelocated() || (isRoot && isForRelocated(record, entries.name()))) {
      return;
    }
    found.add(
        new Found(record.identifier(), entries.name(), inodes.make(record, entries, extents)));
  }

  /** Whether this is a directory of that name in which there are relocated directories only. */
  private boolean isForRelocated(DirectoryRecord record, ByteString name) throws IOException {
    if (!record.isDirectory() || !RELOCATION_NAMES.contains(name.toString())) {
      return false;
    }
    int[] counts = new int[2];
    DirectoryRecords.forEach(
        volume,
        new Extent(record.extent(), record.length()),
        each -> counts[RockRidge.read(volume, each).isRelocated() ? 1 : 0]++);
    return counts[0] == 0 && counts[1] > 0;
  }

  private List<Child> named(Extent directory) throws IOException {
    // Writers of names in mixed case exist; what they wrote apart must stay apart.
    List<Child> children = named(directory, true);
    if (children == null) {
      children = named(directory, false);
    }
    if (children == null) {
      throw volume.corrupt("directory", directory.position(), "has a name twice");
    }
    return children;
  }

  /** Null when two are the same. */
  private @Nullable List<Child> named(Extent directory, boolean lowerCase) throws IOException {
    Set<ByteString> names = new HashSet<>();
    List<Child> children = new ArrayList<>(found.size());
    for (Found each : found) {
      ByteString name = name(each, lowerCase);
      requireValid(directory, name);
      if (!names.add(name)) {
        return null;
      }
      children.add(new Child(name, each.inode));
    }
    return children;
  }

  private ByteString name(Found each, boolean lowerCase) {
    if (volume.naming() == Naming.JOLIET) {
      return FileNames.joliet(each.identifier);
    }
    return each.alternateName.isEmpty()
        ? FileNames.plain(each.identifier, lowerCase)
        : each.alternateName;
  }

  private void requireValid(Extent directory, ByteString name) throws IOException {
    boolean valid =
        !name.isEmpty()
            && name.indexOf('/') < 0
            && name.indexOf('\0') < 0
            && !name.equalsAscii(".")
            && !name.equalsAscii("..");
    if (!valid) {
      throw volume.corrupt(
          "directory", directory.position(), "has a name that none can have: \"" + name + "\"");
    }
    if (name.length() > MOST_NAME_BYTES) {
      throw new UnsupportedFilesystemException(
          volume.label() + ": file name of " + name.length() + " bytes: " + name);
    }
  }
}
