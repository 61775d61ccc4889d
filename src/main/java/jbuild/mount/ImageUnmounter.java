package jbuild.mount;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.HostPath;
import jbuild.linux.MountFlags;
import jbuild.linux.Syscalls;
import jbuild.store.StoreLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes mounts away, and what was written in them. What other mount namespaces have copies of stays
 * on disk until those are gone, too.
 */
public final class ImageUnmounter {
  private final Syscalls syscalls;
  private final MountStore store;
  private final boolean lazy;

  /**
   * Makes one.
   *
   * @param lazy takes the mount out of sight at once, whoever uses it (umount2(2), MNT_DETACH)
   */
  public ImageUnmounter(Syscalls syscalls, MountStore store, boolean lazy) {
    this.syscalls = syscalls;
    this.store = store;
    this.lazy = lazy;
  }

  /** Unmounts what {@code typed} names: a directory, an image, or a mount's ID; where it was. */
  @SuppressWarnings("try") // the lock is held, not looked at
  public ByteString unmount(String typed) throws IOException {
    try (StoreLock lock = store.lock()) {
      MountScan scan = MountScan.look();
      store.sweep(scan);
      Found found = find(typed, scan);
      unmount(found, scan);
      store.sweep(MountScan.look());
      return found.point();
    }
  }

  /** Unmounts every place in this mount namespace where one of the store's images is mounted. */
  @SuppressWarnings("try")
  public List<ByteString> unmountAll() throws IOException {
    List<ByteString> done = new ArrayList<>();
    IOException first = null;
    try (StoreLock lock = store.lock()) {
      MountScan scan = MountScan.look();
      for (MountRecord record : store.records()) {
        for (ByteString point : scan.points(record.id())) {
          try {
            unmount(new Found(record, point), scan);
            done.add(point);
          } catch (IOException busy) {
            first = first == null ? busy : first;
          }
        }
      }
      store.sweep(MountScan.look());
    }
    if (first != null) {
      throw first;
    }
    return done;
  }

  private record Found(MountRecord record, ByteString point) {}

  private Found find(String typed, MountScan scan) throws IOException {
    ByteString directory = realPath(typed);
    List<MountRecord> matches = new ArrayList<>();
    for (MountRecord record : store.records()) {
      if (directory != null && record.id().equals(scan.at(directory))) {
        return new Found(record, directory);
      }
      if (record.isCalled(typed)) {
        matches.add(record);
      }
    }
    if (matches.isEmpty()) {
      throw new MountException(
          "umount " + typed + ": it is not mounted (jbuild mount lists what is)");
    }
    List<ByteString> points = new ArrayList<>();
    for (MountRecord match : matches) {
      points.addAll(scan.points(match.id()));
    }
    if (points.size() > 1) {
      throw new MountException(
          "umount " + typed + ": it is mounted at " + list(points) + " (name one of them)");
    }
    for (MountRecord match : matches) {
      if (!scan.points(match.id()).isEmpty()) {
        return new Found(match, points.get(0));
      }
    }
    Long process = scan.seenBy(matches.get(0).id());
    throw new MountException(
        "umount "
            + typed
            + ": it is mounted in another mount namespace only"
            + (process == null ? "" : ", that of process " + process)
            + " (umount it there, or end what runs there)");
  }

  private static @Nullable ByteString realPath(String typed) {
    try {
      return HostPath.of(Path.of(typed).toRealPath());
    } catch (IOException | InvalidPathException noSuchFile) {
      return null;
    }
  }

  private void unmount(Found found, MountScan scan) throws IOException {
    int flags = MountFlags.UMOUNT_NOFOLLOW | (lazy ? MountFlags.MNT_DETACH : 0);
    try {
      syscalls.umount2(found.point(), flags);
    } catch (ErrnoException refused) {
      if (refused.is(Errno.EBUSY)) {
        throw new MountException(
            "umount "
                + found.point()
                + ": it is in use"
                + users(found.point(), scan)
                + " (end that, or umount --lazy)",
            refused);
      }
      throw new MountException("umount " + found.point() + ": " + refused.getMessage(), refused);
    }
  }

  private static String users(ByteString point, MountScan scan) throws IOException {
    List<ByteString> below = scan.below(point);
    if (!below.isEmpty()) {
      return ": " + list(below) + (below.size() == 1 ? " is" : " are") + " mounted in it";
    }
    List<String> holders = Holders.of(point.toString());
    return holders.isEmpty() ? "" : " by " + String.join(", ", holders);
  }

  private static String list(List<ByteString> points) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < points.size(); i++) {
      text.append(i == 0 ? "" : i == points.size() - 1 ? " and " : ", ").append(points.get(i));
    }
    return text.toString();
  }
}
