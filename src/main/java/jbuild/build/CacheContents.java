package jbuild.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.oci.ChainId;
import jbuild.oci.Digest;
import jbuild.step.StoredLayer;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * The build cache as those see it who look after the store.
 *
 * @param records what can be read
 * @param damaged files in the place of records that cannot be read
 * @param shapes files that say that a COPY of some shape was executed, by that shape
 */
public record CacheContents(List<Step> records, List<Path> damaged, List<Shape> shapes) {
  public CacheContents {
    records = List.copyOf(records);
    damaged = List.copyOf(damaged);
    shapes = List.copyOf(shapes);
  }

  /** A file that says of a shape that it is known. */
  public record Shape(Path file, Digest shape) {}

  /**
   * The record of one step.
   *
   * @param lastUse in milliseconds since 1970
   * @param parent chainID of the layers it was executed on; null without any
   * @param layer what it gave; null when that is no layer
   * @param layerSize in bytes
   */
  public record Step(
      Path file,
      long bytes,
      long lastUse,
      @Nullable Digest parent,
      @Nullable Digest layer,
      long layerSize,
      @Nullable Digest shape) {

    /** ChainID of the layers there are after the step; null without any. */
    public @Nullable Digest result() {
      if (layer == null) {
        return parent;
      }
      return parent == null ? layer : ChainId.append(parent, layer);
    }
  }

  /** Reads all records. */
  public static CacheContents read(DataRoot root) throws IOException {
    List<Step> records = new ArrayList<>();
    List<Path> damaged = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root.stepCache())) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean isShape = name.startsWith(BuildCache.SHAPE_PREFIX);
        Digest digest = digest(isShape ? name.substring(BuildCache.SHAPE_PREFIX.length()) : name);
        if (digest == null) {
          continue; // nothing of jbuild's
        }
        if (isShape) {
          shapes.add(new Shape(file, digest));
          continue;
        }
        try {
          Step step = step(file);
          if (step == null) {
            damaged.add(file);
          } else {
            records.add(step);
          }
        } catch (NoSuchFileException removedMeanwhile) {
          // by another collection, or a build that replaces it
        }
      }
    }
    return new CacheContents(records, damaged, shapes);
  }

  private static @Nullable Step step(Path file) throws IOException {
    byte[] text;
    try (InputStream in = Files.newInputStream(file)) {
      text = in.readNBytes(BuildCache.MAX_RECORD);
    }
    CacheRecord record = CacheRecord.parse(text);
    if (record == null) {
      return null;
    }
    String parent = record.step().parent();
    Digest below = parent.isEmpty() ? null : digest(parent);
    if (below == null && !parent.isEmpty()) {
      return null;
    }
    StoredLayer layer = record.step().layer();
    return new Step(
        file,
        text.length,
        Files.getLastModifiedTime(file).toMillis(),
        below,
        layer == null ? null : layer.diffId(),
        layer == null ? 0 : layer.size(),
        record.shape());
  }

  private static @Nullable Digest digest(String hex) {
    try {
      return new Digest(hex);
    } catch (IllegalArgumentException noDigest) {
      return null;
    }
  }
}
