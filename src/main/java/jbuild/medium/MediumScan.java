package jbuild.medium;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.fs.Inode;
import jbuild.fs.disk.Partition;
import jbuild.fs.disk.PartitionTable;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** Looks at every file of a volume for images. */
final class MediumScan {
  /** No image is smaller; a compressed initramfs may be less than a sector. */
  private static final long SMALLEST = 128;

  /** Larger than any medium's; a root file system inside is not looked through. */
  private static final int MOST_FILES = 200_000;

  private MediumScan() {}

  /**
   * The images that are files of {@code volume}, in the order of their paths; of a disk, its
   * partitions in the order in which one of them may be a root. What is damaged beyond its magic
   * number is left out.
   */
  static List<Image> of(Volume volume) throws IOException {
    List<Image> images = new ArrayList<>();
    if (volume.content() instanceof Content.Disk disk) {
      partitions(volume, disk.partitions(), images);
      return images;
    }
    if (volume.isTree()) {
      scan(volume, images);
    }
    return images;
  }

  /** An image and where it lies in the volume around it. */
  record Image(BytePath path, Volume volume) {}

  private static void partitions(Volume disk, PartitionTable table, List<Image> images)
      throws IOException {
    Set<Partition> ordered = new LinkedHashSet<>(table.rootCandidates());
    ordered.addAll(table.partitions());
    for (Partition partition : ordered) {
      BytePath path = Volume.pathOf(partition);
      try {
        images.add(new Image(path, disk.enter(path)));
      } catch (CorruptInputException damaged) {
        if (table.rootCandidates().contains(partition)) {
          throw damaged;
        }
      }
    }
  }

  private record Directory(BytePath path, Inode inode) {}

  private static void scan(Volume volume, List<Image> images) throws IOException {
    Deque<Directory> todo = new ArrayDeque<>();
    Set<Long> seen = new HashSet<>();
    todo.add(new Directory(BytePath.ROOT, volume.root()));
    int files = 0;
    while (!todo.isEmpty()) {
      Directory next = todo.remove();
      if (!seen.add(next.inode.number())) {
        continue;
      }
      for (Map.Entry<ByteString, Inode> child : KnownPlaces.children(next.inode).entrySet()) {
        BytePath path = next.path.child(child.getKey());
        Inode inode = child.getValue();
        if (++files > MOST_FILES) {
          return;
        }
        if (inode.type() == FileType.DIRECTORY) {
          todo.add(new Directory(path, inode));
        } else if (inode.type() == FileType.REGULAR && inode.size() >= SMALLEST) {
          try {
            add(images, path, volume.enter(path, inode));
          } catch (CorruptInputException notAnImage) {
            // a few bytes that look like a magic number: what is meant is opened by its path
          }
        }
      }
    }
  }

  private static void add(List<Image> images, BytePath path, Volume volume) {
    if (!volume.isData()) {
      images.add(new Image(path, volume));
    }
  }
}
