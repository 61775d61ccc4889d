package jbuild.runner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import jbuild.store.StoreLock;
import jbuild.store.Trash;
import org.jspecify.annotations.Nullable;

/** Containers that outlive their run: a directory each below {@code containers/}. */
public final class ContainerStore {
  private static final String RECORD = "container";
  private static final String MANIFEST = "manifest";
  private static final String EXIT_CODE = "exitCode";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

  private final DataRoot root;
  private final Trash trash;

  public ContainerStore(DataRoot root, Trash trash) {
    this.root = root;
    this.trash = trash;
  }

  /**
   * A container of the store.
   *
   * @param running whether the jbuild that runs it lives
   * @param exitCode null while it runs, and for ever when that jbuild was killed
   */
  public record Container(
      String id, String name, String image, boolean running, @Nullable Integer exitCode) {}

  /** A container while it runs: nobody may remove it. */
  public static final class Running implements AutoCloseable {
    private final DataRoot root;
    private final Path place;
    private final Properties record;
    private final StoreLock lock;

    private Running(DataRoot root, Path place, Properties record, StoreLock lock) {
      this.root = root;
      this.place = place;
      this.record = record;
      this.lock = lock;
    }

    public Path place() {
      return place;
    }

    /** Notes how it ended. */
    public void ended(int exitCode) throws IOException {
      record.setProperty(EXIT_CODE, Integer.toString(exitCode));
      root.replaceNotDurably(place.resolve(RECORD), print(record));
    }

    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  /**
   * Makes the directory of a new container, which counts as running until it is closed.
   *
   * @param image as it was typed
   * @param manifest of the image, which the container keeps in the store
   */
  @SuppressWarnings("try") // a lock is held, not looked at
  public Running create(String id, String name, String image, Digest manifest) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new ContainerException(
          "name the container "
              + name
              + ": use letters, digits, '_', '.' and '-', and begin with a letter or digit");
    }
    // So that of two that want the same name, one gets it.
    try (StoreLock names = StoreLock.acquire(root, "containers")) {
      for (Container other : list()) {
        if (other.name().equals(name)) {
          throw new ContainerException(
              "name the container " + name + ": container " + other.id() + " has that name");
        }
      }
      StoreLock lock = StoreLock.acquire(root, lockName(id));
      try {
        return create(id, record(name, image, manifest), lock);
      } catch (IOException | RuntimeException failed) {
        lock.close();
        throw failed;
      }
    }
  }

  private static Properties record(String name, String image, Digest manifest) {
    Properties record = new Properties();
    record.setProperty("name", name);
    record.setProperty("image", image);
    record.setProperty(MANIFEST, manifest.toString());
    return record;
  }

  /** The directory appears with its record in it. */
  private Running create(String id, Properties record, StoreLock lock) throws IOException {
    Path draft = root.tmp().resolve(root.freshName());
    Files.createDirectory(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.write(draft.resolve(RECORD), print(record));
    Path place = root.containers().resolve(id);
    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    return new Running(root, place, record, lock);
  }

  private static String lockName(String id) {
    return "container-" + id;
  }

  /** All containers, in the order of their IDs. */
  public List<Container> list() throws IOException {
    List<Container> containers = new ArrayList<>();
    for (Path place : places()) {
      Properties record = read(place);
      if (record != null) {
        containers.add(container(place.getFileName().toString(), record));
      }
    }
    return containers;
  }

  private List<Path> places() throws IOException {
    List<Path> places = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.containers())) {
      entries.forEach(places::add);
    }
    Collections.sort(places);
    return places;
  }

  /** The manifests of all containers' images. */
  public Set<Digest> images() throws IOException {
    Set<Digest> images = new HashSet<>();
    for (Path place : places()) {
      Properties record = read(place);
      String manifest = record == null ? null : record.getProperty(MANIFEST);
      if (manifest != null) {
        images.add(Digest.parse(manifest));
      }
    }
    return images;
  }

  private Container container(String id, Properties record) throws IOException {
    String code = record.getProperty(EXIT_CODE);
    return new Container(
        id,
        record.getProperty("name", id),
        record.getProperty("image", ""),
        code == null && isRunning(id),
        code == null ? null : Integer.valueOf(code));
  }

  private boolean isRunning(String id) throws IOException {
    try (StoreLock lock = StoreLock.tryAcquire(root, lockName(id))) {
      return lock == null;
    }
  }

  /** Removes the container called {@code typed}, a name or the start of an ID; its ID. */
  public String remove(String typed) throws IOException {
    List<Container> matches = new ArrayList<>();
    for (Container container : list()) {
      if (container.name().equals(typed)) {
        matches.clear();
        matches.add(container);
        break;
      }
      if (!typed.isEmpty() && container.id().startsWith(typed)) {
        matches.add(container);
      }
    }
    if (matches.size() != 1) {
      throw new ContainerException(
          "remove container "
              + typed
              + ": "
              + (matches.isEmpty() ? "no such container" : matches.size() + " containers match"));
    }
    String id = matches.get(0).id();
    try (StoreLock lock = StoreLock.tryAcquire(root, lockName(id))) {
      if (lock == null) {
        throw new ContainerException("remove container " + id + ": it is running");
      }
      trash.discard(root.containers().resolve(id));
      Files.deleteIfExists(root.locks().resolve(lockName(id)));
    }
    return id;
  }

  /** Null for a directory that is being removed. */
  private static @Nullable Properties read(Path place) throws IOException {
    try (InputStream in = Files.newInputStream(place.resolve(RECORD))) {
      Properties record = new Properties();
      record.load(in);
      return record;
    } catch (NoSuchFileException removed) {
      return null;
    }
  }

  private static byte[] print(Properties record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    record.store(out, null);
    return out.toByteArray();
  }
}
