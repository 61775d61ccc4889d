package jbuild.layer;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import jbuild.fs.Segment;
import jbuild.fs.erofs.ErofsDevice;
import jbuild.fs.erofs.ErofsImage;
import jbuild.fs.erofs.ImageInode;
import jbuild.io.CorruptInputException;
import jbuild.oci.ChainId;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/** The files that {@link IndexStore} keeps, for those who look after the store. */
public final class IndexFiles {
  private final DataRoot root;
  private final IndexStore indexes;

  public IndexFiles(DataRoot root) {
    this.root = root;
    this.indexes = new IndexStore(root);
  }

  /** The files in {@code index/} by the layer or chain that they belong to, the index first. */
  public Map<Digest, List<Path>> list() throws IOException {
    Map<Digest, List<Path>> all = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root.index())) {
      for (Path file : files) {
        Digest key = key(file.getFileName().toString());
        if (key != null) {
          all.computeIfAbsent(key, unused -> new ArrayList<>()).add(file);
        }
      }
    }
    all.values().forEach(files -> files.sort(null)); // .erofs comes before .spill
    return all;
  }

  private static @Nullable Digest key(String name) {
    for (String suffix : List.of(IndexStore.SUFFIX, IndexStore.SPILL_SUFFIX)) {
      if (name.endsWith(suffix)) {
        try {
          return new Digest(name.substring(0, name.length() - suffix.length()));
        } catch (IllegalArgumentException foreign) {
          return null;
        }
      }
    }
    return null;
  }

  /** The longest chain of {@code diffIds}' lower ends that has an index of its own, or null. */
  public @Nullable Digest longestMerged(List<Digest> diffIds) {
    Digest chain = null;
    Digest longest = null;
    for (Digest diffId : diffIds) {
      boolean single = chain == null;
      chain = chain == null ? diffId : ChainId.append(chain, diffId);
      if (!single && Files.exists(root.index().resolve(chain.hex() + IndexStore.SUFFIX))) {
        longest = chain;
      }
    }
    return longest;
  }

  /**
   * Looks at the whole index of a layer or chain. Nothing is said of one whose layers are not
   * there.
   *
   * @param trusted tells of a layer whether its tar is whole; an index is made again from such ones
   *     alone, to compare the two
   * @return what is wrong with it; null for nothing
   */
  public @Nullable String check(Digest key, Predicate<Digest> trusted) {
    Path file = root.index().resolve(key.hex() + IndexStore.SUFFIX);
    try {
      List<Digest> layers = layers(file);
      if (layers.isEmpty() || !ChainId.of(layers).equals(key)) {
        return "it is of other layers";
      }
      for (Digest layer : layers) {
        if (!Files.exists(root.blob(layer))) {
          return null;
        }
      }
      LayerUnit unit = indexes.find(key, layers);
      if (unit == null) {
        return "it does not fit the layers";
      }
      walk(unit);
      return layers.stream().allMatch(trusted) && !isAsMadeAgain(unit)
          ? "its content is not that of the layers"
          : null;
    } catch (NoSuchFileException missing) {
      return "it is not complete";
    } catch (IOException | IllegalArgumentException damaged) {
      return String.valueOf(damaged.getMessage());
    }
  }

  /** The layers that an index points into, as its devices are called. */
  private static List<Digest> layers(Path file) throws IOException {
    List<Digest> layers = new ArrayList<>();
    try (ErofsImage image = ErofsImage.open(file)) {
      for (ErofsDevice device : image.devices()) {
        if (!device.tag().equals(IndexStore.SPILL_TAG)) {
          layers.add(new Digest(device.tag()));
        }
      }
    }
    return layers;
  }

  /** Reads every entry; whatever does not follow the format, or points nowhere, is thrown. */
  private static void walk(LayerUnit unit) throws IOException {
    List<Long> sizes = new ArrayList<>();
    for (Path device : unit.devices()) {
      sizes.add(Files.size(device));
    }
    try (ErofsImage image = ErofsImage.open(unit.index())) {
      Deque<ImageInode> todo = new ArrayDeque<>();
      todo.add(image.root());
      while (!todo.isEmpty()) {
        ImageInode inode = todo.remove();
        image.xattrs(inode);
        switch (inode.type()) {
          case DIRECTORY -> image.list(inode, (name, child) -> todo.add(child));
          case SYMLINK -> image.linkTarget(inode);
          case REGULAR -> inside(image.segments(inode), inode, sizes);
          default -> {}
        }
      }
    }
  }

  private static void inside(List<Segment> segments, ImageInode file, List<Long> sizes)
      throws CorruptInputException {
    for (Segment segment : segments) {
      long length = Math.min(segment.fileEnd(), file.size()) - segment.fileOffset();
      if (segment.deviceOffset() + length > sizes.get(segment.device())) {
        throw new CorruptInputException("index", file.nid(), "a file lies behind its tar's end");
      }
    }
  }

  private boolean isAsMadeAgain(LayerUnit unit) throws IOException {
    Path index = root.tmp().resolve(root.freshName());
    Path spill = root.tmp().resolve(root.freshName());
    try {
      try {
        indexes.remake(unit, index, spill);
      } catch (IOException noRoom) {
        return true; // on a full disk nothing can be made, and nothing said against what is there
      }
      Path here = root.index().resolve(unit.key() + IndexStore.SPILL_SUFFIX);
      boolean spilled = unit.devices().contains(here);
      return Files.mismatch(index, unit.index()) < 0
          && spilled == Files.exists(spill)
          && (!spilled || Files.mismatch(spill, here) < 0);
    } finally {
      Files.deleteIfExists(index);
      Files.deleteIfExists(spill);
    }
  }
}
