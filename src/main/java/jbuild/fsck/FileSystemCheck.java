package jbuild.fsck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.build.CacheContents;
import jbuild.layer.IndexFiles;
import jbuild.oci.Digest;
import jbuild.runner.ContainerStore;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import jbuild.store.Reference;
import jbuild.store.References;
import jbuild.store.StoreSweeper;
import jbuild.store.Trash;

/**
 * Checks a data root from the names down. What is derived and damaged is removed, and made again
 * when it is needed; what an image is made of is never touched, only told of.
 */
public final class FileSystemCheck {
  /**
   * How to check.
   *
   * @param repair whether to remove what is derived and damaged
   * @param fast whether to leave out the content of blobs and indexes
   */
  public record Options(boolean repair, boolean fast) {}

  /** What there was to check. */
  public record Totals(long images, long blobs, long bytes, long indexes, long records) {}

  /** All that was found. */
  public record Result(List<Finding> findings, Totals totals) {
    public Result {
      findings = List.copyOf(findings);
    }

    public boolean has(Finding.Severity severity) {
      return findings.stream().anyMatch(finding -> finding.severity() == severity);
    }
  }

  private final DataRoot root;
  private final References references;
  private final ContainerStore containers;
  private final BlobStore blobs;
  private final Trash trash;
  private final Options options;
  private final List<Finding> findings = new ArrayList<>();

  public FileSystemCheck(
      DataRoot root,
      References references,
      ContainerStore containers,
      Trash trash,
      Options options) {
    this.root = root;
    this.references = references;
    this.containers = containers;
    this.blobs = new BlobStore(root);
    this.trash = trash;
    this.options = options;
  }

  /** Checks everything. */
  public Result run() throws IOException {
    BlobHashes hashes = options.fast() ? BlobHashes.none() : BlobHashes.read(root);
    ImageCheck check = new ImageCheck(blobs, hashes.damaged());
    boolean namesRead = false;
    long images = 0;
    try {
      images = images(check);
      namesRead = true;
    } catch (IOException unreadable) {
      left("names: " + unreadable.getMessage());
    }
    containers();
    long records = records(hashes);
    long indexes = indexes(hashes);
    if (namesRead) {
      unusedBlobs(hashes, check);
    }
    leftovers();
    for (Path unknown : UnknownFiles.find(root)) {
      note("unknown file: " + unknown);
    }
    return new Result(
        findings, new Totals(images, hashes.count(), hashes.bytes(), indexes, records));
  }

  private long images(ImageCheck check) throws IOException {
    List<Reference> all = references.list();
    for (Reference reference : all) {
      String name = reference.name();
      String label = name == null ? reference.descriptor().digest().toString() : name;
      List<String> wrong = check.check(reference.descriptor());
      // What was removed while it was looked at is not damaged.
      if (!wrong.isEmpty() && references.list().contains(reference)) {
        wrong.forEach(what -> left("image " + label + ": " + what));
      }
    }
    return all.size();
  }

  private void containers() {
    try {
      for (Digest image : containers.images()) {
        if (!blobs.contains(image)) {
          note("containers: image " + image + " of one of them is not in the store");
        }
      }
    } catch (IOException unreadable) {
      left("containers: " + unreadable.getMessage());
    }
  }

  /** A record must not lend a damaged layer to the next build. */
  private long records(BlobHashes hashes) throws IOException {
    CacheContents contents = CacheContents.read(root);
    for (Path damaged : contents.damaged()) {
      repair("build cache record " + damaged.getFileName() + ": it cannot be read", damaged);
    }
    for (CacheContents.Step step : contents.records()) {
      Digest layer = step.layer();
      if (layer != null && blobs.contains(layer)) {
        String wrong = hashes.damaged().get(layer);
        if (wrong == null && blobs.size(layer) != step.layerSize()) {
          wrong = "it has " + blobs.size(layer) + " bytes instead of " + step.layerSize();
        }
        if (wrong != null) {
          repair(
              "build cache record " + step.file().getFileName() + ": layer " + layer + ": " + wrong,
              step.file());
        }
      }
    }
    return contents.records().size();
  }

  private long indexes(BlobHashes hashes) throws IOException {
    IndexFiles files = new IndexFiles(root);
    Map<Digest, List<Path>> all = files.list();
    for (Map.Entry<Digest, List<Path>> index : all.entrySet()) {
      String wrong =
          files.check(
              index.getKey(), layer -> !options.fast() && !hashes.damaged().containsKey(layer));
      if (wrong != null && Files.exists(index.getValue().get(0))) {
        repair("index " + index.getKey() + ": " + wrong, index.getValue().toArray(Path[]::new));
      }
    }
    return all.size();
  }

  /** The next build that makes the same content would take what is there. */
  private void unusedBlobs(BlobHashes hashes, ImageCheck check) throws IOException {
    for (Map.Entry<Digest, String> damaged : hashes.damaged().entrySet()) {
      Digest blob = damaged.getKey();
      if (!check.isReferred(blob)) {
        repair("blob " + blob + " of no image: " + damaged.getValue(), root.blob(blob));
      }
    }
  }

  private void leftovers() throws IOException {
    StoreSweeper sweeper = new StoreSweeper(root, trash);
    int count = sweeper.leftovers().size();
    if (count > 0) {
      note(
          count
              + " leftovers of commands that were killed"
              + (options.repair() ? ": removed" : ""));
    }
    if (options.repair()) {
      sweeper.sweep();
      trash.empty();
    }
  }

  private void repair(String what, Path... derived) throws IOException {
    if (!options.repair()) {
      left(what);
      return;
    }
    for (Path path : derived) {
      trash.discardOrRemove(path);
    }
    findings.add(new Finding(Finding.Severity.REPAIRED, what + " (removed)"));
  }

  private void left(String what) {
    findings.add(new Finding(Finding.Severity.LEFT, what));
  }

  private void note(String what) {
    findings.add(new Finding(Finding.Severity.NOTE, what));
  }
}
