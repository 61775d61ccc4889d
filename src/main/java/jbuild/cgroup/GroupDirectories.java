package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The directories of one group in all its hierarchies, and those above that were made for it. */
final class GroupDirectories {
  private static final int PARENT_ATTEMPTS = 10;

  private final Calls calls;
  private final List<Path> made = new ArrayList<>();
  private final List<Path> parentsMade = new ArrayList<>();

  GroupDirectories(Calls calls) {
    this.calls = calls;
  }

  /** mkdir(2) and rmdir(2); in tests the kernel's files come and go with the directory as well. */
  @FunctionalInterface
  interface Calls {
    void make(Path directory) throws IOException;

    default void remove(Path directory) throws IOException {
      Files.deleteIfExists(directory);
    }
  }

  List<Path> made() {
    return List.copyOf(made);
  }

  /** Without those that were there; the deepest first, as they are removed. */
  List<Path> parentsMade() {
    return List.copyOf(parentsMade);
  }

  /** Where {@code --cgroup-parent} is in a hierarchy. */
  static Path parentIn(Path mountPoint, Path own, String parent) {
    Path group = parent.startsWith("/") ? mountPoint : own;
    for (String name : parent.split("/", -1)) {
      if (name.equals(".") || name.equals("..")) {
        throw new IllegalArgumentException("not the path of a control group: " + parent);
      }
      if (!name.isEmpty()) {
        group = group.resolve(name);
      }
    }
    return group;
  }

  /** The same, made if need be. */
  Path parent(Path mountPoint, Path own, String parent) throws IOException {
    Path whole = parentIn(mountPoint, own, parent);
    Path group = parent.startsWith("/") ? mountPoint : own;
    for (Path name : group.relativize(whole)) {
      group = group.resolve(name);
      if (!Files.isDirectory(group)) {
        try {
          makeParent(group);
        } catch (IOException e) {
          throw cannotMake(group, e);
        }
      }
    }
    return group;
  }

  /** Makes the group itself. */
  Path make(Path parent, String name) throws IOException {
    Path directory = parent.resolve(name);
    for (int attempt = 1; ; attempt++) {
      try {
        calls.make(directory);
        made.add(directory);
        return directory;
      } catch (FileAlreadyExistsException e) {
        throw new CgroupException(
            "make the control group " + directory + ": it exists (remove it with rmdir)", e);
      } catch (NoSuchFileException e) {
        // Another command has removed the parent, which it had made, a moment ago.
        if (attempt == PARENT_ATTEMPTS || parentsMade.contains(parent)) {
          throw cannotMake(directory, e);
        }
        makeParent(parent);
      } catch (IOException e) {
        throw cannotMake(directory, e);
      }
    }
  }

  private void makeParent(Path parent) throws IOException {
    try {
      calls.make(parent);
      parentsMade.add(0, parent);
    } catch (FileAlreadyExistsException othersWereFaster) {
      // as good
    }
  }

  /** Takes all back; should one stay, {@code failure} tells more than that. */
  void removeAll(Exception failure) {
    removeAll(made, failure);
    removeAll(parentsMade, failure);
  }

  private void removeAll(List<Path> directories, Exception failure) {
    for (Path directory : directories) {
      try {
        calls.remove(directory);
      } catch (IOException inUse) {
        failure.addSuppressed(inUse);
      }
    }
  }

  private static CgroupException cannotMake(Path directory, IOException e) {
    return new CgroupException(
        "make the control group "
            + directory
            + ": "
            + Refusals.reason(directory, e)
            + " (limits need root)",
        e);
  }
}
