package jbuild.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jbuild.oci.Digest;
import jbuild.oci.ImageLayout;
import org.jspecify.annotations.Nullable;

/**
 * Where everything lies: paths only, but for the names of temporary files and {@link #create}. The
 * layout is described in docs/formats/data-root.md.
 */
public final class DataRoot {
  private static final String EMPTY_INDEX = "{\"schemaVersion\":2,\"manifests\":[]}";

  private final Path root;
  private final Map<String, LockFile> lockFiles = new ConcurrentHashMap<>();
  private final Map<String, KeyLocks> keyLocks = new ConcurrentHashMap<>();
  private final AtomicLong names = new AtomicLong();
  private volatile @Nullable Owner self;
  private volatile @Nullable Lease lease;

  public DataRoot(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  public Path root() {
    return root;
  }

  public Path ociLayout() {
    return root.resolve(ImageLayout.FILE);
  }

  /** The references: {@code index.json} of the image layout. */
  public Path indexJson() {
    return root.resolve("index.json");
  }

  public Path blobs() {
    return root.resolve("blobs").resolve("sha256");
  }

  public Path blob(Digest digest) {
    return blobs().resolve(digest.hex());
  }

  /** EROFS indexes, by diffID or chainID. */
  public Path index() {
    return root.resolve("index");
  }

  /** Layers as directories, where the kernel mounts no indexes. */
  public Path extracted() {
    return root.resolve("extracted");
  }

  public Path stepCache() {
    return root.resolve("cache").resolve("steps");
  }

  public Path statCache() {
    return root.resolve("cache").resolve("stat");
  }

  /** What is being fetched from the network, to go on with when that was interrupted. */
  public Path downloads() {
    return root.resolve("cache").resolve("downloads");
  }

  /** Git repositories that something was taken from. */
  public Path gitRepositories() {
    return root.resolve("cache").resolve("git");
  }

  /** Directories that RUN steps keep from build to build. */
  public Path cacheMounts() {
    return root.resolve("cache").resolve("mounts");
  }

  public Path work() {
    return root.resolve("work");
  }

  /** Which processes hold which layers mounted, by the names of empty files. */
  public Path mounts() {
    return root.resolve("mounts");
  }

  /** Which living commands need what is in the store, by the names and times of empty files. */
  public Path leases() {
    return root.resolve("leases");
  }

  public Path trash() {
    return root.resolve("trash");
  }

  public Path containers() {
    return root.resolve("containers");
  }

  /** Images that are mounted for other programs, a directory each; made with the first. */
  public Path mounted() {
    return root.resolve("mounted");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  public Path locks() {
    return root.resolve("locks");
  }

  /** Files on their way to their final name; on the same file system as all the rest. */
  public Path tmp() {
    return root.resolve("tmp");
  }

  /**
   * Makes what is missing of the layout; several processes may do so at once. Directories that can
   * hold set-user-ID programs of images are closed to other users.
   */
  public DataRoot create() throws IOException {
    makeDirectory(root, true);
    makeDirectory(root.resolve("blobs"), false);
    makeDirectory(blobs(), false);
    makeDirectory(index(), false);
    makeDirectory(extracted(), true);
    makeDirectory(root.resolve("cache"), true);
    makeDirectory(stepCache(), true);
    makeDirectory(statCache(), true);
    makeDirectory(downloads(), true);
    makeDirectory(gitRepositories(), true);
    makeDirectory(cacheMounts(), true);
    makeDirectory(work(), true);
    makeDirectory(mounts(), true);
    makeDirectory(leases(), true);
    makeDirectory(trash(), true);
    makeDirectory(containers(), true);
    makeDirectory(logs(), true);
    makeDirectory(locks(), true);
    makeDirectory(tmp(), true);
    makeFile(indexJson(), EMPTY_INDEX);
    makeFile(ociLayout(), ImageLayout.JSON);
    return this;
  }

  private static void makeDirectory(Path directory, boolean secret) throws IOException {
    FileAttribute<Set<PosixFilePermission>> mode =
        PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString(secret ? "rwx------" : "rwxr-xr-x"));
    try {
      if (isDirectory(directory)) {
        return;
      }
      Path parent = directory.getParent();
      // createDirectories of JDK 17 takes a link to a directory for a file in the way.
      if (parent != null && !isDirectory(parent)) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(directory, mode);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) { // else another process has made it
        throw new StoreException("create data root: " + e.getFile() + ": is not a directory", e);
      }
    } catch (IOException e) {
      throw new StoreException("create data root: " + directory + ": " + Failures.reason(e), e);
    }
  }

  /** What cannot be looked at is an error, and not something else than a directory. */
  private static boolean isDirectory(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** A hard link fails when the name is taken: another process's file is never replaced. */
  private void makeFile(Path file, String content) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Path temporary = tmp().resolve(freshName());
    try {
      Files.writeString(temporary, content, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
      syncFile(temporary);
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException madeByAnotherProcess) {
      // its content is as good as ours
    } catch (IOException e) {
      throw new StoreException("create data root: " + file + ": " + Failures.reason(e), e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A name that no other process, thread or instance uses, and that says who owns it. */
  public String freshName() throws IOException {
    return owner().prefix() + Long.toHexString(System.nanoTime()) + "-" + names.incrementAndGet();
  }

  /** This process. */
  public Owner owner() throws IOException {
    Owner known = self;
    if (known == null) {
      known = Owner.self();
      self = known;
    }
    return known;
  }

  /** From now on {@link #keep} keeps things for this lease. */
  void lend(Lease taken) {
    lease = taken;
  }

  /**
   * Says that this command is about to use {@code path}, which nobody may refer to yet. To be asked
   * instead of {@link Files#exists} by whoever decides to take what is there instead of making it.
   *
   * @return whether it is there; if so, no garbage collection removes it while the command's {@link
   *     Lease} lasts
   */
  public boolean keep(Path path) throws IOException {
    Lease current = lease;
    return current == null ? Files.exists(path) : current.keep(path);
  }

  LockFile lockFile(String name) {
    LockFile made = new LockFile(locks().resolve(name));
    LockFile known = lockFiles.putIfAbsent(name, made);
    return known == null ? made : known;
  }

  /**
   * Locks of keys.
   *
   * @param kind of the keys; the name of the file in {@code locks/}
   */
  public KeyLocks keyLocks(String kind) {
    return keyLocks.computeIfAbsent(kind, file -> new KeyLocks(locks().resolve(file)));
  }

  /** Replaces {@code target} by {@code content}, durably and at once for every reader. */
  void replace(Path target, byte[] content) throws IOException {
    Path temporary = tmp().resolve(freshName());
    try {
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      syncFile(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(root);
    } catch (IOException e) {
      throw new StoreException("write " + target + ": " + Failures.reason(e), e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * As {@link #replace}, but after a crash of the machine the file may be torn: for caches, which
   * are made again, and for what is of no use after a crash.
   */
  public void replaceNotDurably(Path target, byte[] content) throws IOException {
    Path temporary = tmp().resolve(freshName());
    try {
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StoreException("write " + target + ": " + Failures.reason(e), e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void syncFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(false);
    }
  }

  /** Makes the names in {@code directory} durable, which fsync of the files does not (fsync(2)). */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
