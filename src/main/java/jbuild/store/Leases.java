package jbuild.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What the living commands keep, at one moment.
 *
 * @param keptSince what was modified at this time or later stays, in milliseconds since 1970
 * @param images manifests that count as referred to
 */
public record Leases(long keptSince, Set<Digest> images) {
  /**
   * How long a lease counts whose owner cannot be seen, since it is in another pid namespace: a
   * container that was killed must not keep everything for ever.
   */
  static final long UNSEEN_MILLIS = 24 * 3_600_000L;

  private static final int HEX_LENGTH = 64;

  public Leases {
    images = Set.copyOf(images);
  }

  /** Reads them; to be relied upon only while the exclusive lock {@code gc} is held. */
  static Leases read(DataRoot root) throws IOException {
    long oldest = Long.MAX_VALUE;
    Set<Digest> images = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.leases())) {
      for (Path entry : entries) {
        Owner owner = Owner.parse(entry.getFileName().toString());
        if (owner == null || owner.isDead(root.owner())) {
          continue;
        }
        long taken;
        try {
          taken = Files.getLastModifiedTime(entry).toMillis();
        } catch (NoSuchFileException givenUp) {
          continue;
        }
        if (!owner.isVisibleTo(root.owner())
            && taken < System.currentTimeMillis() - UNSEEN_MILLIS) {
          continue;
        }
        Digest image = image(entry.getFileName().toString());
        if (image == null) {
          oldest = Math.min(oldest, taken - Lease.SLACK_MILLIS);
        } else {
          images.add(image);
        }
      }
    }
    return new Leases(oldest, images);
  }

  /** The manifest in the name of a lease on an image; null for the other kind. */
  private static @Nullable Digest image(String name) {
    String last = name.substring(name.lastIndexOf('-') + 1);
    try {
      return last.length() == HEX_LENGTH ? new Digest(last) : null;
    } catch (IllegalArgumentException noDigest) {
      return null;
    }
  }
}
