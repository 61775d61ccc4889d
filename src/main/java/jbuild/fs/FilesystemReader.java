package jbuild.fs;

import java.io.IOException;

/**
 * A read-only view of a file system image, read from a {@link jbuild.io.ByteSource} without
 * mounting it. Opening one reads its superblock and little more. Whatever does not follow the
 * format is a {@link jbuild.io.CorruptInputException} that names file, structure and offset;
 * features that are not supported are an {@link UnsupportedFilesystemException} that names them.
 * Nothing is allocated by a size that was not checked, and no loop is longer than the image allows.
 * Safe for use by several threads. Whoever opened the source closes it.
 */
public interface FilesystemReader {
  FilesystemFormat format();

  /** The volume's label, empty when it has none. */
  String volumeLabel();

  Inode root() throws IOException;
}
