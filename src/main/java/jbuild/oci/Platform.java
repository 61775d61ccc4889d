package jbuild.oci;

import org.jspecify.annotations.Nullable;

/**
 * What an image runs on, in Go's names (image-spec image-index.md, "platform").
 *
 * @param variant of the CPU, such as {@code v8}; null when there is none
 */
public record Platform(String os, String architecture, @Nullable String variant) {

  /** This machine. */
  public static Platform host() {
    String arch = System.getProperty("os.arch", "");
    return switch (arch) {
      case "amd64", "x86_64" -> new Platform("linux", "amd64", null);
      case "aarch64" -> new Platform("linux", "arm64", "v8");
      default -> new Platform("linux", arch, null);
    };
  }

  /** Reads the command line's form {@code os/architecture[/variant]}. */
  public static Platform parse(String text) throws OciFormatException {
    int first = text.indexOf('/');
    int second = text.indexOf('/', first + 1);
    String os = first < 0 ? "" : text.substring(0, first);
    String architecture =
        first < 0 ? "" : text.substring(first + 1, second < 0 ? text.length() : second);
    String variant = second < 0 ? null : text.substring(second + 1);
    if (os.isEmpty()
        || architecture.isEmpty()
        || (variant != null && (variant.isEmpty() || variant.indexOf('/') >= 0))) {
      throw new OciFormatException(
          "platform: " + text + ": not of the form os/architecture[/variant]");
    }
    return new Platform(os, architecture, variant);
  }

  /** Whether programs are 32-bit ones, which may not take numbers of inodes above 32 bits. */
  public boolean is32Bit() {
    return switch (architecture) {
      case "386", "arm", "mips", "mipsle", "ppc" -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return variant == null ? os + "/" + architecture : os + "/" + architecture + "/" + variant;
  }
}
