package jbuild.layer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jbuild.fs.erofs.ErofsWriter;
import org.jspecify.annotations.Nullable;

/**
 * The contents of files with holes that EROFS cannot find in a tar, because an island begins or
 * ends off the block boundaries, or because the file is large and its islands small: they are
 * copied to a file of their own, one more device of the index. In a tar that jbuild wrote there are
 * none.
 *
 * <p>While this object is open, the tree's files point to the copies.
 */
final class Spill implements Closeable {
  private final Path path;
  private final List<Path> devices;
  private final List<RegularFile> moved = new ArrayList<>();
  private final List<FileData> before = new ArrayList<>();
  private @Nullable FileChannel spill;
  private long end;

  private Spill(Path path, List<Path> devices) {
    this.path = path;
    this.devices = devices;
  }

  /**
   * Copies what needs it to {@code path}, which is made only then.
   *
   * @param devices where the tree's data is; the copies are on the device after the last of them
   */
  static Spill of(LayerTree tree, List<Path> devices, Path path) throws IOException {
    Spill spill = new Spill(path, devices);
    try {
      spill.tree(tree);
    } catch (IOException | RuntimeException e) {
      spill.close();
      throw e;
    }
    return spill;
  }

  boolean isNeeded() {
    return !moved.isEmpty();
  }

  /** The size of the copies, a multiple of the block size. */
  long size() {
    return end;
  }

  /** Has the files point to where they did before. */
  @Override
  public void close() throws IOException {
    for (int i = 0; i < moved.size(); i++) {
      moved.get(i).setData(before.get(i));
    }
    if (spill != null) {
      spill.close();
    }
  }

  private void tree(LayerTree tree) throws IOException {
    Deque<Directory> todo = new ArrayDeque<>();
    todo.add(tree.root());
    while (!todo.isEmpty()) {
      for (Inode child : todo.remove().children().values()) {
        if (child instanceof Directory directory) {
          todo.add(directory);
        } else if (child instanceof RegularFile file
            && file.data() instanceof FileData.Sparse sparse
            && !ErofsWriter.canMap(file)) {
          move(file, sparse);
        }
      }
    }
    if (spill != null) {
      if (spill.size() < end) {
        spill.write(ByteBuffer.allocate(1), end - 1); // the last block up to its end
      }
      spill.force(false);
    }
  }

  private void move(RegularFile file, FileData.Sparse sparse) throws IOException {
    FileChannel target = spill;
    if (target == null) {
      target = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      spill = target;
    }
    List<FileData.Extent> rounded = rounded(sparse.extents(), file);
    int next = 0;
    try (FileChannel source =
        FileChannel.open(devices.get(sparse.device()), StandardOpenOption.READ)) {
      for (FileData.Extent island : sparse.extents()) {
        while (fileEnd(rounded.get(next)) < fileEnd(island)) {
          next++;
        }
        FileData.Extent around = rounded.get(next);
        long at = around.deviceOffset() + (island.fileOffset() - around.fileOffset());
        copy(source, island, target.position(at));
      }
    }
    before.add(sparse);
    moved.add(file);
    file.setData(new FileData.Sparse(devices.size(), rounded));
  }

  /** The islands with the space up to the next boundaries, and their places in the new file. */
  private List<FileData.Extent> rounded(List<FileData.Extent> islands, RegularFile file) {
    long fileSize = file.size();
    long unit = ErofsWriter.smallestChunk(file);
    List<FileData.Extent> rounded = new ArrayList<>();
    int at = 0;
    while (at < islands.size()) {
      long from = islands.get(at).fileOffset() / unit * unit;
      long to;
      do {
        to = (fileEnd(islands.get(at)) + unit - 1) / unit * unit;
        at++;
      } while (at < islands.size() && islands.get(at).fileOffset() <= to);
      rounded.add(new FileData.Extent(from, Math.min(to, fileSize) - from, end));
      end += to - from;
    }
    return rounded;
  }

  private static long fileEnd(FileData.Extent extent) {
    return extent.fileOffset() + extent.length();
  }

  private void copy(FileChannel source, FileData.Extent island, FileChannel target)
      throws IOException {
    long done = 0;
    while (done < island.length()) {
      long count = source.transferTo(island.deviceOffset() + done, island.length() - done, target);
      if (count <= 0) {
        throw new LayerException("index sparse file: its tar ends before its data");
      }
      done += count;
    }
  }
}
