package jbuild.mount;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Where our mounts are: in this mount namespace, and in those of all processes that can be seen. A
 * namespace that was made from this one, by a service or a container, has copies of its mounts, and
 * goes on using them after they were taken away here.
 */
final class MountScan {
  /** What the source of a mount of ours starts with; its ID follows. */
  static final String SOURCE = "jbuild:";

  private static final Path PROC = Path.of("/proc");

  private final List<Place> here = new ArrayList<>();
  private final Map<String, Long> elsewhere = new HashMap<>();
  private List<MountTable.Entry> table = List.of();

  private MountScan() {}

  /** A mount point in this namespace; a later one may lie over an earlier one. */
  private record Place(String id, ByteString point) {}

  static MountScan look() throws IOException {
    MountScan scan = new MountScan();
    scan.table = MountTable.read(PROC.resolve("self/mountinfo"));
    for (MountTable.Entry entry : scan.table) {
      String id = id(entry);
      if (id != null) {
        scan.here.add(new Place(id, entry.point()));
      }
    }
    scan.lookElsewhere();
    return scan;
  }

  /** One process of each namespace, or several where they have different roots in it. */
  private void lookElsewhere() throws IOException {
    String own = Files.readSymbolicLink(PROC.resolve("self/ns/mnt")).toString();
    Set<String> seen = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        try {
          String namespace = Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
          if (!namespace.equals(own)
              && seen.add(namespace + Files.readSymbolicLink(process.resolve("root")))) {
            add(process);
          }
        } catch (IOException endedOrClosedToUs) {
          // a process that ended holds nothing
        }
      }
    }
  }

  private void add(Path process) throws IOException {
    for (MountTable.Entry entry : MountTable.read(process.resolve("mountinfo"))) {
      String id = id(entry);
      if (id != null) {
        elsewhere.putIfAbsent(id, Long.valueOf(process.getFileName().toString()));
      }
    }
  }

  /** Users may call the source of a FUSE mount what they like, so the type counts as well. */
  private static @Nullable String id(MountTable.Entry entry) {
    return entry.type().equalsAscii("overlay") && entry.source().startsWith(SOURCE)
        ? entry.source().substring(SOURCE.length()).toString()
        : null;
  }

  /** Where it is mounted in this namespace; more than one place if it was bound to others. */
  List<ByteString> points(String id) {
    List<ByteString> points = new ArrayList<>();
    for (Place place : here) {
      if (place.id().equals(id)) {
        points.add(place.point());
      }
    }
    return points;
  }

  /** A process in whose other mount namespace it is mounted; null when there is none. */
  @Nullable Long seenBy(String id) {
    return elsewhere.get(id);
  }

  /** The ID of what is mounted at {@code point}, the topmost; null for nothing of ours. */
  @Nullable String at(ByteString point) {
    String id = null;
    for (Place place : here) {
      if (place.point().equals(point)) {
        id = place.id();
      }
    }
    return id;
  }

  /** What is mounted below {@code point}. */
  List<ByteString> below(ByteString point) {
    ByteString prefix = point.concat(ByteString.of("/"));
    List<ByteString> points = new ArrayList<>();
    for (MountTable.Entry entry : table) {
      if (entry.point().startsWith(prefix)) {
        points.add(entry.point());
      }
    }
    return points;
  }
}
