package jbuild.gc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import jbuild.build.CacheContents;
import jbuild.layer.IndexFiles;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import jbuild.store.Owner;
import org.jspecify.annotations.Nullable;

/** Goes once through the data root and lists what nothing refers to. */
final class GarbageFinder {
  /** Outputs of steps are read when a build has failed, and rarely a week later. */
  private static final Duration LOGS = Duration.ofDays(7);

  /** Who goes on with a download does so soon. */
  private static final Duration DOWNLOADS = Duration.ofDays(7);

  /** Digests of the files of a context in which nothing was built for so long. */
  private static final Duration MEMORY = Duration.ofDays(30);

  private final DataRoot root;
  private final IndexFiles indexes;
  private final InUse inUse;
  private final CollectionPolicy policy;
  private final long now;
  private final List<Garbage> garbage = new ArrayList<>();

  GarbageFinder(DataRoot root, IndexFiles indexes, InUse inUse, CollectionPolicy policy, long now) {
    this.root = root;
    this.indexes = indexes;
    this.inUse = inUse;
    this.policy = policy;
    this.now = now;
  }

  /** {@link InUse} has looked before. */
  CollectionPlan find() throws IOException {
    Map<Digest, List<Path>> indexFiles = indexes.list();
    CacheKeeper cache = new CacheKeeper(root, inUse, indexFiles);
    cache.decide(CacheContents.read(root), policy, now);
    garbage.addAll(cache.garbage());
    Predicate<Digest> unit = key -> inUse.hasUnit(key) || cache.keepsLayer(key);
    each(root.extracted(), tree -> add(Garbage.Kind.EXTRACTED, tree, unit));
    for (Map.Entry<Digest, List<Path>> index : indexFiles.entrySet()) {
      if (!unit.test(index.getKey())) {
        index(index.getKey(), index.getValue());
      }
    }
    each(
        root.blobs(),
        blob ->
            add(
                Garbage.Kind.BLOB,
                blob,
                digest -> inUse.hasBlob(digest) || cache.keepsLayer(digest)));
    each(root.statCache(), file -> addIfOld(Garbage.Kind.MEMORY, file, MEMORY));
    each(root.downloads(), file -> addIfOld(Garbage.Kind.DOWNLOAD, file, DOWNLOADS));
    each(
        root.gitRepositories(),
        repository -> addIfOld(Garbage.Kind.DOWNLOAD, repository, DOWNLOADS));
    each(root.logs(), this::log);
    if (!policy.spare().isZero()) {
      garbage.removeIf(one -> one.lastUse() > now - policy.spare().toMillis());
    }
    return new CollectionPlan(garbage, cache.bytes());
  }

  private interface Visitor {
    void visit(Path path) throws IOException;
  }

  private static void each(Path directory, Visitor visitor) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        try {
          visitor.visit(entry);
        } catch (NoSuchFileException removedMeanwhile) {
          // by another collection
        }
      }
    }
  }

  private void add(Garbage.Kind kind, Path path, Predicate<Digest> isNeeded) throws IOException {
    Digest digest = digest(path);
    if (digest != null && !isNeeded.test(digest)) {
      add(kind, List.of(path), digest);
    }
  }

  private void index(Digest key, List<Path> files) throws IOException {
    try {
      add(Garbage.Kind.INDEX, files, key);
    } catch (NoSuchFileException removedMeanwhile) {
      // by another collection
    }
  }

  private void log(Path directory) throws IOException {
    Owner owner = Owner.parse(directory.getFileName().toString());
    if (owner == null || owner.isDead(root.owner())) {
      addIfOld(Garbage.Kind.LOG, directory, LOGS);
    }
  }

  private void addIfOld(Garbage.Kind kind, Path path, Duration age) throws IOException {
    long time = Files.getLastModifiedTime(path).toMillis();
    if (policy.all() || time < now - age.toMillis()) {
      add(kind, List.of(path), null);
    }
  }

  private void add(Garbage.Kind kind, List<Path> paths, @Nullable Digest subject)
      throws IOException {
    long bytes = 0;
    long lastUse = Long.MIN_VALUE;
    for (Path path : paths) {
      bytes += bytes(path);
      lastUse = Math.max(lastUse, Files.getLastModifiedTime(path).toMillis());
    }
    garbage.add(new Garbage(kind, paths, subject, bytes, lastUse));
  }

  private static @Nullable Digest digest(Path path) {
    try {
      return new Digest(path.getFileName().toString());
    } catch (IllegalArgumentException nothingOfOurs) {
      return null;
    }
  }

  /** Of a file or a whole tree, without following links. */
  private static long bytes(Path path) throws IOException {
    long[] sum = new long[1];
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }
}
