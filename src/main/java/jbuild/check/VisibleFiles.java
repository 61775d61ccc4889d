package jbuild.check;

import java.util.HashMap;
import java.util.Map;
import jbuild.io.ByteString;
import jbuild.layer.RegularFile;
import org.jspecify.annotations.Nullable;

/** The regular files that the layers of a build show so far, without those of the base. */
final class VisibleFiles {
  /**
   * A file and the layer that stores it.
   *
   * @param layer its number, from 0 above the base
   */
  record Stored(int layer, RegularFile file) {}

  private final Map<ByteString, VisibleFiles> children = new HashMap<>();
  private @Nullable Stored file;

  @Nullable Stored file() {
    return file;
  }

  void setFile(@Nullable Stored stored) {
    file = stored;
  }

  VisibleFiles child(ByteString name) {
    return children.computeIfAbsent(name, unused -> new VisibleFiles());
  }

  /** Takes away what has that name; null if nothing has. */
  @Nullable VisibleFiles remove(ByteString name) {
    return children.remove(name);
  }

  void clear() {
    children.clear();
  }

  /** Adds up what is here and below, by the layer that stores it. */
  void count(Map<Integer, Long> bytes) {
    Stored stored = file;
    if (stored != null) {
      bytes.merge(stored.layer(), stored.file().size(), Long::sum);
    }
    for (VisibleFiles child : children.values()) {
      child.count(bytes);
    }
  }
}
