package jbuild.layer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import jbuild.fs.erofs.ErofsDevice;
import jbuild.fs.erofs.ErofsWriter;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;

/** An index, and what is copied for it, on disk under temporary names. */
final class FreshIndex implements Closeable {
  private static final int UUID_BYTES = 16;

  private final IndexFacts facts;
  private final Path index;
  private final Path spill;
  private boolean hasSpill;

  private FreshIndex(IndexFacts facts, Path index, Path spill) {
    this.facts = facts;
    this.index = index;
    this.spill = spill;
  }

  /**
   * @param key of the layer or chain
   * @param tars of the layers, wherever they lie now
   */
  static FreshIndex write(
      DataRoot root, Digest key, LayerTree tree, List<Path> tars, List<Digest> layers)
      throws IOException {
    FreshIndex fresh =
        new FreshIndex(
            IndexFacts.of(tree),
            root.tmp().resolve(root.freshName()),
            root.tmp().resolve(root.freshName()));
    try {
      fresh.write(key, tree, tars, devices(layers, tars));
      return fresh;
    } catch (IOException | RuntimeException e) {
      fresh.close();
      throw e;
    }
  }

  private void write(Digest key, LayerTree tree, List<Path> tars, List<ErofsDevice> devices)
      throws IOException {
    // An unresolved link has no form in an index, and such a layer is never used alone.
    LayerTree written = facts.linksBelow() ? new LayerTree() : tree;
    try (Spill copies = Spill.of(written, tars, spill);
        FileChannel out =
            FileChannel.open(index, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      hasSpill = copies.isNeeded();
      if (hasSpill) {
        devices.add(new ErofsDevice(IndexStore.SPILL_TAG, copies.size()));
      }
      ErofsWriter.write(out, written.root(), devices, uuid(key), facts.volumeName());
      // Only the superblock has a checksum: after a crash of the machine the name must not stand
      // for an index that is not whole.
      out.force(false);
    }
  }

  IndexFacts facts() {
    return facts;
  }

  boolean hasSpill() {
    return hasSpill;
  }

  /** Gives the files their names, that of the index last. */
  void moveTo(Path indexName, Path spillName) throws IOException {
    if (hasSpill) {
      Files.move(spill, spillName, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(index, indexName, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(index);
    Files.deleteIfExists(spill);
  }

  /** The devices of an index of these layers, but for what is copied. */
  static List<ErofsDevice> devices(List<Digest> layers, List<Path> tars) throws IOException {
    List<ErofsDevice> devices = new ArrayList<>(layers.size() + 1);
    for (int i = 0; i < layers.size(); i++) {
      try {
        devices.add(new ErofsDevice(layers.get(i).hex(), Files.size(tars.get(i))));
      } catch (NoSuchFileException e) {
        throw IndexStore.missing(layers.get(i), e);
      }
    }
    return devices;
  }

  /** The name of the volume. */
  static byte[] uuid(Digest key) {
    return Arrays.copyOf(HexFormat.of().parseHex(key.hex()), UUID_BYTES);
  }
}
