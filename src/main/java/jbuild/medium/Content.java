package jbuild.medium;

import jbuild.fs.FilesystemReader;
import jbuild.fs.disk.PartitionTable;

/** What a run of bytes turned out to be. */
sealed interface Content {
  /** A file system that can be read. */
  record Tree(FilesystemReader reader) implements Content {}

  /** A disk with partitions. */
  record Disk(PartitionTable partitions) implements Content {}

  /** Something known that cannot be read, such as {@code an XFS file system}. */
  record Foreign(String name) implements Content {}

  /** A compressed stream of something else than an initramfs; {@code format} is gzip and so on. */
  record Compressed(String format) implements Content {}

  /** Anything else. */
  record Unknown() implements Content {}
}
