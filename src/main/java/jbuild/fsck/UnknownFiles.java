package jbuild.fsck;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import jbuild.store.DataRoot;
import jbuild.store.Owner;

/** What lies in a data root and jbuild never put there. */
final class UnknownFiles {
  private static final Set<String> TOP =
      Set.of(
          "oci-layout",
          "index.json",
          "blobs",
          "index",
          "extracted",
          "cache",
          "work",
          "mounts",
          "mounted",
          "leases",
          "trash",
          "containers",
          "logs",
          "locks",
          "tmp",
          "lost+found"); // of a file system of its own

  private static final Predicate<String> HEX = Pattern.compile("[0-9a-f]{64}").asMatchPredicate();
  private static final Predicate<String> INDEX =
      Pattern.compile("[0-9a-f]{64}\\.(erofs|spill)").asMatchPredicate();
  private static final Predicate<String> STEP =
      Pattern.compile("(shape-)?[0-9a-f]{64}").asMatchPredicate();
  private static final Predicate<String> STAT =
      Pattern.compile("context-[0-9a-f]{32}|stage-[0-9a-f]{64}").asMatchPredicate();
  private static final Predicate<String> DOWNLOAD =
      Pattern.compile("[0-9a-f]{64}(\\.(part|validator|url))?").asMatchPredicate();

  private static final Predicate<String> CACHE_MOUNT =
      Pattern.compile("[0-9a-f]{64}-[0-9]{1,4}").asMatchPredicate();

  private UnknownFiles() {}

  static List<Path> find(DataRoot root) throws IOException {
    Predicate<String> owned = name -> Owner.parse(name) != null;
    Map<Path, Predicate<String>> known =
        Map.ofEntries(
            Map.entry(root.root(), TOP::contains),
            Map.entry(root.root().resolve("blobs"), "sha256"::equals),
            Map.entry(root.blobs(), HEX),
            Map.entry(root.index(), INDEX),
            Map.entry(root.extracted(), HEX),
            Map.entry(
                root.root().resolve("cache"),
                Set.of("steps", "stat", "snapshotter", "collected", "downloads", "git", "mounts")
                    ::contains),
            Map.entry(root.stepCache(), STEP),
            Map.entry(root.statCache(), STAT),
            Map.entry(root.downloads(), DOWNLOAD),
            Map.entry(root.gitRepositories(), HEX),
            Map.entry(root.cacheMounts(), CACHE_MOUNT),
            Map.entry(root.tmp(), owned),
            Map.entry(root.work(), owned),
            Map.entry(root.mounts(), owned),
            Map.entry(root.leases(), owned),
            Map.entry(root.logs(), owned));
    List<Path> unknown = new ArrayList<>();
    for (Map.Entry<Path, Predicate<String>> directory : known.entrySet()) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.getKey())) {
        for (Path entry : entries) {
          if (!directory.getValue().test(entry.getFileName().toString())) {
            unknown.add(entry);
          }
        }
      }
    }
    unknown.sort(null);
    return unknown;
  }
}
