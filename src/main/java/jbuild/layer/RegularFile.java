package jbuild.layer;

import java.util.ArrayList;
import java.util.List;
import jbuild.fs.Segment;
import jbuild.io.FileType;

/** A regular file. */
public final class RegularFile extends Inode {
  private final long size;
  private FileData data;

  public RegularFile(Attributes attributes, long size, FileData data) {
    super(attributes);
    this.size = size;
    this.data = size == 0 ? FileData.NONE : data;
  }

  @Override
  public long size() {
    return size;
  }

  public FileData data() {
    return data;
  }

  /** Says where the bytes are now, as after a layer was written. */
  public void setData(FileData newData) {
    data = newData;
  }

  /**
   * @throws IllegalStateException when the file is not in a layer yet
   */
  @Override
  public List<Segment> segments() {
    if (size == 0) {
      return List.of();
    }
    if (data instanceof FileData.Stored stored) {
      return List.of(new Segment(0, size, stored.device(), stored.offset()));
    }
    if (data instanceof FileData.Sparse sparse) {
      List<Segment> segments = new ArrayList<>(sparse.extents().size());
      for (FileData.Extent extent : sparse.extents()) {
        segments.add(
            new Segment(
                extent.fileOffset(), extent.length(), sparse.device(), extent.deviceOffset()));
      }
      return segments;
    }
    throw new IllegalStateException("the file's data is not in a layer: " + data);
  }

  @Override
  public FileType type() {
    return FileType.REGULAR;
  }
}
