package jbuild.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jbuild.fs.erofs.ErofsDevice;
import jbuild.fs.erofs.ErofsImage;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.oci.ChainId;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import jbuild.store.KeyLocks;
import jbuild.store.SealedBlob;
import org.jspecify.annotations.Nullable;

/**
 * The EROFS indexes of layers, {@code index/<diffID>.erofs}, and of merged chains of them, {@code
 * index/<chainID>.erofs}. An index is derived: what is missing, damaged or does not fit the blobs
 * is made again from them, by any number of processes at once.
 *
 * <p>The bottom layer's diffID is also the chainID of the chain that it makes alone; there is one
 * index for both.
 */
public final class IndexStore {
  /** A deeper stack is merged: mounts and lookups cost time for each unit. */
  public static final int MAX_UNITS = 16;

  /** Small enough to pass over the content of most large files. */
  private static final int BUFFER = 32 << 10;

  /** The tag of the device that {@link Spill} makes; the tag of a tar is its digest in hex. */
  static final String SPILL_TAG = "spill";

  static final String SUFFIX = ".erofs";
  static final String SPILL_SUFFIX = ".spill";

  private static final String LOCKS = "indexes";

  private final DataRoot root;

  public IndexStore(DataRoot root) {
    this.root = root;
  }

  /**
   * How to stack the layers {@code diffIds}, bottom first: at most one merged prefix, then single
   * layers, together at most {@link #MAX_UNITS}. Layers that a root marked opaque hides are left
   * out. What is missing is made, which may mean to read all tars.
   */
  public List<LayerUnit> units(List<Digest> diffIds) throws IOException {
    int count = diffIds.size();
    List<Digest> chain = chain(diffIds);
    LayerUnit merged = longestMerged(diffIds, chain);
    int mergedLayers = merged == null ? 0 : merged.layers().size();
    if (count - mergedLayers + (merged == null ? 0 : 1) > MAX_UNITS) {
      return List.of(ensureMerged(diffIds));
    }
    Deque<LayerUnit> units = new ArrayDeque<>();
    for (int i = count - 1; i >= mergedLayers; i--) {
      LayerUnit single = ensure(diffIds.get(i));
      boolean alone = i == 0 && !single.facts().linksBelow();
      if (single.facts().needsMerge() && !alone) {
        units.addFirst(ensureMerged(diffIds.subList(0, i + 1)));
        return List.copyOf(units);
      }
      units.addFirst(single);
      if (single.facts().opaqueRoot()) {
        return List.copyOf(units);
      }
    }
    if (merged != null) {
      units.addFirst(merged);
    }
    return List.copyOf(units);
  }

  /** The index of one layer. Where {@code facts().linksBelow()} holds, it has no entries. */
  public LayerUnit ensure(Digest diffId) throws IOException {
    List<Digest> layers = List.of(diffId);
    LayerUnit found = find(diffId, layers);
    return found != null ? found : make(diffId, layers);
  }

  /**
   * Gives a layer's tar its name, and makes the layer's index from its tree. The index is written
   * while the disk takes the tar; it gets its name after the tar has got its own.
   */
  LayerUnit commit(SealedBlob tar, LayerTree tree) throws IOException {
    Digest diffId = tar.digest();
    List<Digest> layers = List.of(diffId);
    LayerUnit found = tar.isStored() ? find(diffId, layers) : null;
    if (found != null) {
      return found;
    }
    tar.flush();
    try (FreshIndex fresh = FreshIndex.write(root, diffId, tree, List.of(tar.path()), layers)) {
      tar.publish();
      return publish(fresh, diffId, layers);
    }
  }

  /** The one index of all {@code diffIds}, bottom first. */
  public LayerUnit ensureMerged(List<Digest> diffIds) throws IOException {
    if (diffIds.size() == 1) {
      LayerUnit single = ensure(diffIds.get(0));
      if (single.facts().linksBelow()) {
        throw new LayerException(
            "index layer "
                + diffIds.get(0)
                + ": it has hard links to layers below, there are none");
      }
      return single;
    }
    Digest chainId = ChainId.of(diffIds);
    LayerUnit found = find(chainId, diffIds);
    return found != null ? found : make(chainId, diffIds);
  }

  /** Reads tars, which may take long: of several processes that want an index, one makes it. */
  @SuppressWarnings("try") // a lock is held, not looked at
  private LayerUnit make(Digest key, List<Digest> layers) throws IOException {
    try (KeyLocks.KeyLock lock = root.keyLocks(LOCKS).acquire(key, () -> {})) {
      LayerUnit found = find(key, layers);
      return found != null ? found : write(key, layers, read(layers));
    }
  }

  /** The tree of a unit, read from its tars again; the n-th layer's files are on device n. */
  public LayerTree tree(LayerUnit unit) throws IOException {
    return read(unit.layers());
  }

  private LayerTree read(List<Digest> layers) throws IOException {
    return layers.size() == 1 ? readTree(layers.get(0)) : mergedTree(layers);
  }

  /** The one tree that the layers {@code diffIds} make, bottom first, read from their tars. */
  LayerTree mergedTree(List<Digest> diffIds) throws IOException {
    Merge merge = new Merge();
    for (Digest diffId : diffIds) {
      merge.add(readTree(diffId));
    }
    return merge.tree();
  }

  private @Nullable LayerUnit longestMerged(List<Digest> diffIds, List<Digest> chain)
      throws IOException {
    for (int length = chain.size(); length > 1; length--) {
      Digest chainId = chain.get(length - 1);
      if (Files.exists(index(chainId))) {
        LayerUnit merged = find(chainId, diffIds.subList(0, length));
        if (merged != null) {
          return merged;
        }
      }
    }
    return null;
  }

  /** The chainIDs of all prefixes. */
  private static List<Digest> chain(List<Digest> diffIds) {
    List<Digest> chain = new ArrayList<>(diffIds.size());
    for (Digest diffId : diffIds) {
      chain.add(chain.isEmpty() ? diffId : ChainId.append(chain.get(chain.size() - 1), diffId));
    }
    return chain;
  }

  /**
   * The index that is there, if it is one that can be used: written by this version for exactly
   * these layers, whole, and with devices as large as the files are now (a mount does not notice a
   * tar that was cut; reading then fails, or gives other bytes).
   */
  @Nullable LayerUnit find(Digest key, List<Digest> layers) throws IOException {
    Path path = index(key);
    if (!root.keep(path)) {
      return null;
    }
    try (ErofsImage image = ErofsImage.open(path)) {
      IndexFacts facts = IndexFacts.parse(image.volumeName());
      if (facts == null || !image.uuid().equals(ByteString.of(FreshIndex.uuid(key)))) {
        return null;
      }
      List<Path> files = new ArrayList<>(tars(layers));
      List<ErofsDevice> expected = FreshIndex.devices(layers, tars(layers));
      Path spill = spill(key);
      if (image.devices().size() > files.size() && root.keep(spill)) {
        files.add(spill);
        expected.add(new ErofsDevice(SPILL_TAG, Files.size(spill)));
      }
      return sameDevices(image.devices(), expected)
          ? new LayerUnit(path, files, layers, facts)
          : null;
    } catch (NoSuchFileException | CorruptInputException missingOrDamaged) {
      return null; // made again from the tars
    }
  }

  private static boolean sameDevices(List<ErofsDevice> stored, List<ErofsDevice> expected) {
    if (stored.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < stored.size(); i++) {
      ErofsDevice device = expected.get(i);
      if (!stored.get(i).tag().equals(device.tag())
          || stored.get(i).bytes() != device.roundedBytes()) {
        return false;
      }
    }
    return true;
  }

  private LayerUnit write(Digest key, List<Digest> layers, LayerTree tree) throws IOException {
    try (FreshIndex fresh = fresh(key, layers, tree)) {
      return publish(fresh, key, layers);
    }
  }

  /** Makes an index again where nobody looks for one, to compare it with the one that is there. */
  void remake(LayerUnit unit, Path index, Path spill) throws IOException {
    try (FreshIndex fresh = fresh(new Digest(unit.key()), unit.layers(), tree(unit))) {
      fresh.moveTo(index, spill);
    }
  }

  private FreshIndex fresh(Digest key, List<Digest> layers, LayerTree tree) throws IOException {
    return FreshIndex.write(root, key, tree, tars(layers), layers);
  }

  private LayerUnit publish(FreshIndex fresh, Digest key, List<Digest> layers) throws IOException {
    fresh.moveTo(index(key), spill(key));
    List<Path> files = new ArrayList<>(tars(layers));
    if (fresh.hasSpill()) {
      files.add(spill(key));
    }
    return new LayerUnit(index(key), files, layers, fresh.facts());
  }

  /** Reads the headers of a tar; of the content only what comes along with them. */
  private LayerTree readTree(Digest diffId) throws IOException {
    LayerTreeBuilder builder = LayerTreeBuilder.ofChangeSet();
    TarReader reader = new TarReader("layer " + diffId, builder);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (FileChannel tar = FileChannel.open(root.blob(diffId), StandardOpenOption.READ)) {
      long size = tar.size();
      while (tar.position() < size) {
        long skipped = Math.min(reader.skippable(), size - tar.position());
        reader.skip(skipped);
        tar.position(tar.position() + skipped);
        int count = tar.read(buffer.clear());
        reader.feed(buffer.array(), 0, Math.max(0, count));
      }
    } catch (NoSuchFileException e) {
      throw missing(diffId, e);
    }
    reader.finish();
    return builder.finish();
  }

  private List<Path> tars(List<Digest> layers) {
    List<Path> tars = new ArrayList<>(layers.size());
    for (Digest layer : layers) {
      tars.add(root.blob(layer));
    }
    return tars;
  }

  static LayerException missing(Digest diffId, NoSuchFileException cause) {
    return new LayerException("index layer " + diffId + ": its tar is not in the store", cause);
  }

  private Path index(Digest key) {
    return root.index().resolve(key.hex() + SUFFIX);
  }

  private Path spill(Digest key) {
    return root.index().resolve(key.hex() + SPILL_SUFFIX);
  }
}
