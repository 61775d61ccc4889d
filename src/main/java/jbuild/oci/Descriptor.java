package jbuild.oci;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Points to content: what it is, its digest and its size (image-spec descriptor.md).
 *
 * @param size in bytes
 * @param annotations sorted by name; empty when there are none
 * @param others members this program has no use for, as raw JSON by name; kept when an index of
 *     another program is written again
 * @param platform of the manifest pointed to, in an image index; else null
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    @Nullable Platform platform,
    Map<String, String> others) {

  /**
   * The annotation by which an image layout's index names a manifest (image-spec annotations.md).
   */
  public static final String REF_NAME = "org.opencontainers.image.ref.name";

  public Descriptor {
    if (!MediaTypes.isMediaType(mediaType)) {
      throw new IllegalArgumentException("not a media type: " + mediaType);
    }
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    others = Collections.unmodifiableMap(new TreeMap<>(others));
  }

  public Descriptor(
      String mediaType,
      Digest digest,
      long size,
      Map<String, String> annotations,
      @Nullable Platform platform) {
    this(mediaType, digest, size, annotations, platform, Map.of());
  }

  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, Map.of(), null);
  }

  /** The same with the annotation {@code name} set, or taken away when {@code value} is null. */
  public Descriptor withAnnotation(String name, @Nullable String value) {
    Map<String, String> changed = new TreeMap<>(annotations);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return new Descriptor(mediaType, digest, size, changed, platform, others);
  }
}
