package jbuild.mount;

import java.util.List;
import jbuild.io.ByteString;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * An image that is mounted.
 *
 * @param image as it was typed
 * @param imageId digest of the image's configuration
 * @param points where, in this mount namespace; none when it is mounted in another one only
 * @param seenBy a process in another mount namespace where it is mounted as well
 */
public record MountedImage(
    String id,
    String image,
    Digest imageId,
    boolean writable,
    List<ByteString> points,
    @Nullable Long seenBy) {
  public MountedImage {
    points = List.copyOf(points);
  }
}
