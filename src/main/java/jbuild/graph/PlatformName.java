package jbuild.graph;

import java.util.List;
import jbuild.buildfile.SyntaxException;

/** A platform as {@code --platform} and the predefined ARGs write it; the variant may be empty. */
public record PlatformName(String os, String architecture, String variant) {

  /** {@code linux/arm64}, {@code linux/arm/v7}, or an architecture of Linux alone. */
  public static PlatformName parse(String text) throws SyntaxException {
    List<String> parts = List.of(text.split("/", -1));
    for (String part : parts) {
      if (part.isEmpty()) {
        throw new SyntaxException("invalid platform: " + text);
      }
    }
    return switch (parts.size()) {
      case 1 ->
          parts.get(0).equals("linux")
              ? new PlatformName("linux", "amd64", "")
              : normalized("linux", parts.get(0), "");
      case 2 -> normalized(parts.get(0), parts.get(1), "");
      case 3 -> normalized(parts.get(0), parts.get(1), parts.get(2));
      default -> throw new SyntaxException("invalid platform: " + text);
    };
  }

  /**
   * The names that uname uses, and variants that say nothing (containerd platforms/database.go).
   */
  public static PlatformName normalized(String os, String architecture, String variant) {
    return switch (architecture) {
      case "x86_64", "x86-64", "amd64" ->
          new PlatformName(os, "amd64", variant.equals("v1") ? "" : variant);
      case "aarch64", "arm64" ->
          new PlatformName(os, "arm64", variant.equals("v8") || variant.equals("8") ? "" : variant);
      default -> new PlatformName(os, architecture, variant);
    };
  }

  /** By hand, as in {@link jbuild.oci.Digest}: every build compares platforms. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PlatformName that
        && os.equals(that.os)
        && architecture.equals(that.architecture)
        && variant.equals(that.variant);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
