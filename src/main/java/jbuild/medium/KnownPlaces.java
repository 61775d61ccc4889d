package jbuild.medium;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * Where media keep their root file system, in the order in which to look. What lies there decides
 * what it is; the names only spare a look at every file.
 */
final class KnownPlaces {
  /**
   * Paths with {@code *} for any part of a name; letters of either case, since plain ISO 9660 names
   * have one case.
   */
  private static final List<String> IMAGES =
      List.of(
          "liveos/squashfs.img", // Fedora, Red Hat up to 7, openSUSE, Void
          "liveos/rootfs.img", // in the one above
          "liveos/ext3fs.img", // the same, as it was called before
          "images/install.img", // Red Hat from 8 on
          "images/stage2.img", // Red Hat up to 6
          "*/*/airootfs.erofs", // Arch
          "*/*/airootfs.sfs",
          "image.squashfs"); // Gentoo

  /** Directories whose images are stacked on one another. */
  private static final List<String> STACKS = List.of("casper", "live");

  private static final List<String> STACKED = List.of(".squashfs", ".erofs");

  private KnownPlaces() {}

  /** A file and where it was found. */
  record Place(BytePath path, Inode file) {}

  static List<Place> images(Inode root) throws IOException {
    List<Place> places = new ArrayList<>();
    for (String pattern : IMAGES) {
      match(root, BytePath.ROOT, pattern.split("/"), 0, places);
    }
    return places;
  }

  private static void match(
      Inode directory, BytePath path, String[] pattern, int at, List<Place> places)
      throws IOException {
    boolean last = at == pattern.length - 1;
    FileType wanted = last ? FileType.REGULAR : FileType.DIRECTORY;
    for (Map.Entry<ByteString, Inode> entry : children(directory).entrySet()) {
      if (entry.getValue().type() == wanted && matches(entry.getKey(), pattern[at])) {
        BytePath child = path.child(entry.getKey());
        if (last) {
          places.add(new Place(child, entry.getValue()));
        } else {
          match(entry.getValue(), child, pattern, at + 1, places);
        }
      }
    }
  }

  private static boolean matches(ByteString name, String pattern) {
    return pattern.equals("*") || name.toString().toLowerCase(Locale.ROOT).equals(pattern);
  }

  /** The directories that may hold a stack. */
  static List<Place> stacks(Inode root) throws IOException {
    List<Place> places = new ArrayList<>();
    for (String name : STACKS) {
      for (Map.Entry<ByteString, Inode> entry : children(root).entrySet()) {
        if (entry.getValue().type() == FileType.DIRECTORY && matches(entry.getKey(), name)) {
          places.add(new Place(BytePath.ROOT.child(entry.getKey()), entry.getValue()));
        }
      }
    }
    return places;
  }

  /** Whether a file in such a directory is one of the stack. */
  static boolean isStacked(ByteString name) {
    String lower = name.toString().toLowerCase(Locale.ROOT);
    return STACKED.stream().anyMatch(lower::endsWith);
  }

  /** The entries of a directory in the order of their names. */
  static Map<ByteString, Inode> children(Inode directory) throws IOException {
    Map<ByteString, Inode> children = new TreeMap<>();
    directory.forEachChild(children::put);
    return children;
  }
}
