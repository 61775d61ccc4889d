package jbuild.check;

import java.util.List;
import java.util.Set;
import jbuild.graph.PlatformName;
import jbuild.oci.ImageReference;
import jbuild.oci.OciFormatException;
import org.jspecify.annotations.Nullable;

/** What is known of images without asking a network. It is asked only when it matters. */
@FunctionalInterface
public interface KnownImages {
  /**
   * Of an image.
   *
   * @param environment {@code NAME=value}
   */
  record Facts(List<String> environment, PlatformName platform) {
    public Facts {
      environment = List.copyOf(environment);
    }
  }

  /** No image is at hand. */
  KnownImages NONE = name -> null;

  /** Of the image of that name, or null when it is not at hand. */
  @Nullable Facts find(String name);

  /** Distributions' own images, which set PATH and nothing else. */
  Set<String> PLAIN =
      Set.of(
          "almalinux",
          "alpine",
          "amazonlinux",
          "archlinux",
          "busybox",
          "centos",
          "debian",
          "oraclelinux",
          "rockylinux",
          "ubuntu");

  /** Whether an image that is not at hand is one that is known to set no variable but PATH. */
  static boolean isPlain(String name) {
    try {
      String repository = ImageReference.parse(name).repository();
      for (String prefix : List.of("docker.io/library/", "docker.io/", "library/")) {
        if (repository.startsWith(prefix)) {
          return PLAIN.contains(repository.substring(prefix.length()));
        }
      }
      return PLAIN.contains(repository);
    } catch (OciFormatException notAName) {
      return false;
    }
  }
}
