package jbuild.gc;

import java.nio.file.Path;
import java.util.List;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Something that nothing refers to.
 *
 * @param paths all go or none, in this order
 * @param subject blob, layer or chain that it is or was derived from; null for what is judged by
 *     its age alone
 * @param lastUse modification time in milliseconds, as it was when it was judged
 */
public record Garbage(
    Kind kind, List<Path> paths, @Nullable Digest subject, long bytes, long lastUse) {
  public Garbage {
    paths = List.copyOf(paths);
  }

  /** In the order of removal: what refers to something goes before it. */
  public enum Kind {
    CACHE("build cache records"),
    EXTRACTED("extracted layers"),
    INDEX("indexes"),
    BLOB("blobs"),
    MEMORY("digests of files seen"),
    LOG("logs"),
    DOWNLOAD("what was fetched");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** As people call them. */
    public String label() {
      return label;
    }
  }
}
