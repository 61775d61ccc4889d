package jbuild.oci;

/** Media types of the OCI image specification (media-types.md) and Docker's equivalents. */
public final class MediaTypes {
  private MediaTypes() {}

  public static final String INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  public static final String LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_MANIFEST_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
  public static final String DOCKER_LAYER_GZIP =
      "application/vnd.docker.image.rootfs.diff.tar.gzip";

  public static boolean isManifest(String mediaType) {
    return mediaType.equals(MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
  }

  public static boolean isIndex(String mediaType) {
    return mediaType.equals(INDEX) || mediaType.equals(DOCKER_MANIFEST_LIST);
  }

  /**
   * Whether {@code text} is a media type: {@code type/subtype}, each a restricted name of RFC 6838
   * section 4.2 (a letter or digit, then at most 126 of letters, digits and {@code !#$&-^_.+}).
   */
  static boolean isMediaType(String text) {
    int slash = text.indexOf('/');
    return slash > 0
        && isRestrictedName(text.substring(0, slash))
        && isRestrictedName(text.substring(slash + 1));
  }

  private static boolean isRestrictedName(String name) {
    if (name.isEmpty() || name.length() > 127 || !isLetterOrDigit(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      if (!isLetterOrDigit(name.charAt(i)) && "!#$&-^_.+".indexOf(name.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
