package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jbuild.oci.Descriptor;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import jbuild.store.Owner;
import jbuild.store.Reference;
import jbuild.store.References;

/** What a command may have left, in a data root and in this process, and must not have. */
final class Leftovers {
  private static final List<String> TEMPORARY = List.of("tmp", "work", "mounts");

  /** Ours, that end with their work. */
  private static final List<String> THREADS =
      List.of("layer", "blob writer", "progress", "empty trash");

  private final Path root;

  Leftovers(Path root) {
    this.root = root;
  }

  /** Files and directories of commands that run, or were killed. */
  List<String> temporary() throws IOException {
    List<String> found = new ArrayList<>();
    for (String directory : TEMPORARY) {
      for (Path entry : entries(root.resolve(directory))) {
        found.add(directory + "/" + entry.getFileName());
      }
    }
    return found;
  }

  /** Has the temporary files of this process belong to one that has ended. */
  void makeOwnerDie() throws IOException {
    for (String directory : TEMPORARY) {
      for (Path entry : entries(root.resolve(directory))) {
        String name = entry.getFileName().toString();
        Owner owner = Owner.parse(name);
        String rest = name.substring(owner.prefix().length());
        Owner dead = new Owner(owner.pid(), owner.startTime() - 1, owner.namespace());
        Files.move(entry, entry.resolveSibling(dead.prefix() + rest));
      }
    }
  }

  List<String> trash() throws IOException {
    return entries(root.resolve("trash")).stream()
        .map(path -> "trash/" + path.getFileName())
        .toList();
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (NoSuchFileException notYetMade) {
      return List.of();
    }
  }

  /** Lines of the mount table that have to do with the root. */
  List<String> mounts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo"), UTF_8).stream()
        .filter(line -> line.contains(root.toString()))
        .toList();
  }

  /** Processes of sandboxes on the root: those that see mounts of it. */
  List<String> processes() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path process : entries(Path.of("/proc"))) {
      try {
        if (Character.isDigit(process.getFileName().toString().charAt(0))
            && Files.readString(process.resolve("mountinfo")).contains(root.toString())) {
          found.add(process + " " + Files.readString(process.resolve("cmdline")));
        }
      } catch (IOException ended) {
        // it is none of a sandbox that runs
      }
    }
    return found;
  }

  /** Control groups that a process has made and left. */
  static List<String> controlGroups(long pid) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try (Stream<Path> groups =
          Files.find(
              Path.of("/sys/fs/cgroup"),
              6,
              (path, is) ->
                  is.isDirectory()
                      && path.getFileName().toString().startsWith("jbuild-" + pid + "-"))) {
        return groups.map(Path::toString).toList();
      } catch (UncheckedIOException e) { // a group of somebody else went away meanwhile
        if (attempt == 100) {
          throw e.getCause();
        }
      }
    }
  }

  /** Threads of ours that still live; those that are about to end are waited for. */
  static List<String> threads() throws InterruptedException {
    List<String> living = List.of();
    for (int i = 0; i < 500; i++) {
      living =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(THREADS::contains)
              .toList();
      if (living.isEmpty()) {
        return living;
      }
      Thread.sleep(10);
    }
    return living;
  }

  /**
   * Open descriptors of this process by number, without those of lock files, which stay open by
   * design.
   */
  static Map<String, String> descriptors() throws IOException {
    Map<String, String> open = new TreeMap<>();
    for (Path descriptor : entries(Path.of("/proc/self/fd"))) {
      try {
        String target = Files.readSymbolicLink(descriptor).toString();
        if (!target.contains("/locks/") && !target.startsWith("/proc/")) {
          open.put(descriptor.getFileName().toString(), target);
        }
      } catch (NoSuchFileException closedMeanwhile) {
        // the one that lists
      }
    }
    return open;
  }

  /** Damage of images that have an entry in {@code index.json}: none must have any. */
  List<String> damage() {
    List<String> damage = new ArrayList<>();
    DataRoot dataRoot = new DataRoot(root);
    BlobStore blobs = new BlobStore(dataRoot);
    References references = new References(dataRoot);
    try {
      for (Reference reference : references.list()) {
        try {
          Image image = new ImageStore(blobs, references).read(reference.descriptor());
          for (Descriptor layer : image.manifest().layers()) {
            try (InputStream in = blobs.open(layer.digest())) {
              if (in.transferTo(OutputStream.nullOutputStream()) != layer.size()) {
                damage.add(reference.name() + ": the size of " + layer.digest());
              }
            }
          }
        } catch (IOException e) {
          damage.add(reference.name() + ": " + e.getMessage());
        }
      }
    } catch (IOException e) {
      damage.add(e.getMessage());
    }
    return damage;
  }
}
