package jbuild.medium;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import org.jspecify.annotations.Nullable;

/** A file that holds a file system, or images of some. */
public final class Medium implements Closeable {
  /** For decoded blocks: 32 of the largest that squashfs has. */
  private static final long CACHE_BYTES = 40 << 20;

  private final List<FileChannel> files;
  private final BlockCache cache;
  private final Volume outermost;

  private Medium(List<FileChannel> files, BlockCache cache, Volume outermost) {
    this.files = files;
    this.cache = cache;
    this.outermost = outermost;
  }

  /**
   * Opens {@code file}.
   *
   * @param offset where in the file it begins, in bytes
   * @param devices further devices of an EROFS image, in the order of its device table
   * @param threads how many decode blocks ahead
   */
  public static Medium open(Path file, long offset, List<Path> devices, int threads)
      throws IOException {
    List<FileChannel> files = new ArrayList<>();
    BlockCache cache = new BlockCache(CACHE_BYTES, threads);
    try {
      files.add(FileChannel.open(file, StandardOpenOption.READ));
      List<ByteSource> sources = new ArrayList<>();
      for (Path device : devices) {
        FileChannel channel = FileChannel.open(device, StandardOpenOption.READ);
        files.add(channel);
        sources.add(ByteSource.of(channel));
      }
      Opener opener = new Opener(cache, sources);
      ByteSource whole = ByteSource.of(files.get(0));
      if (offset > whole.size()) {
        throw new MediumException(
            "open " + file + ": it has " + whole.size() + " bytes, nothing begins at " + offset);
      }
      ByteSource source = offset == 0 ? whole : whole.slice(offset, whole.size() - offset);
      Volume outermost = Volume.outermost(opener, file.toString(), source);
      return new Medium(files, cache, outermost);
    } catch (IOException | RuntimeException e) {
      cache.close();
      closeAll(files, e);
      throw e;
    }
  }

  private static void closeAll(List<FileChannel> files, Exception failure) {
    for (FileChannel file : files) {
      try {
        file.close();
      } catch (IOException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
    }
  }

  /** The file itself, as a volume. */
  public Volume outermost() {
    return outermost;
  }

  /** Whether it is something that this package knows: an image, or a format known by name. */
  public boolean isKnown() {
    return !outermost.isData();
  }

  /**
   * The root file system.
   *
   * @param path what the user picked; null to find it
   */
  public FoundRoot root(@Nullable NestedPath path) throws IOException {
    RootFinder finder = new RootFinder(outermost);
    return path == null ? finder.find() : finder.at(path);
  }

  /** The medium and all images found in it, outer ones before those in them. */
  public List<Volume> volumes() throws IOException {
    return new WhatIsThere(outermost).all();
  }

  @Override
  public void close() throws IOException {
    cache.close();
    for (FileChannel file : files) {
      file.close();
    }
  }
}
