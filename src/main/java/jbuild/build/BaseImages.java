package jbuild.build;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jbuild.graph.BaseTriggers;
import jbuild.graph.PlatformName;
import jbuild.oci.Descriptor;
import jbuild.oci.Platform;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import org.jspecify.annotations.Nullable;

/**
 * The images of the store that a build names, each looked up once, so that a name that is moved
 * meanwhile means the same image to the plan and to the stage.
 */
final class BaseImages implements BaseTriggers {
  private final ImageStore images;
  private final Map<String, @Nullable Image> known = new HashMap<>();

  BaseImages(ImageStore images) {
    this.images = images;
  }

  @Override
  public List<String> of(String image, PlatformName platform) {
    try {
      Image found = image.equals(Bases.HOST) ? null : find(image, platform);
      return found == null ? List.of() : found.config().config().onBuild();
    } catch (IOException unreadable) {
      return List.of(); // said when the stage turns out to be needed
    }
  }

  /** The image called {@code name}, for {@code platform} if the name stands for several. */
  @Nullable Image find(String name, PlatformName platform) throws IOException {
    String wanted = name + " " + platform;
    if (known.containsKey(wanted)) {
      return known.get(wanted);
    }
    Image found = null;
    for (Descriptor candidate : images.candidates(name)) {
      Image image = images.read(candidate);
      if (isFor(name(image.config().platform()), platform)) {
        found = image;
        break;
      }
      if (found == null) {
        found = image; // one for another platform is better than none: the error can say so
      }
    }
    known.put(wanted, found);
    return found;
  }

  /** Whether an image is for what is asked for; a newer variant of a CPU executes an older one. */
  static boolean isFor(PlatformName has, PlatformName wanted) {
    if (has.equals(wanted)) {
      return true;
    }
    if (!has.os().equals(wanted.os()) || !has.architecture().equals(wanted.architecture())) {
      return false;
    }
    boolean older = has.variant().isEmpty() || has.variant().compareTo(wanted.variant()) <= 0;
    return switch (has.architecture()) {
      case "arm" -> older || wanted.variant().isEmpty();
      case "amd64", "arm64" -> older;
      default -> false;
    };
  }

  /** What an image that is made from nothing is for; this machine's variant is written out. */
  static Platform platform(PlatformName name) {
    Platform host = Platform.host();
    return name.equals(name(host))
        ? host
        : new Platform(
            name.os(), name.architecture(), name.variant().isEmpty() ? null : name.variant());
  }

  /** As {@code --platform} would write it. */
  static PlatformName name(Platform platform) {
    return PlatformName.normalized(
        platform.os(), platform.architecture(), Objects.requireNonNullElse(platform.variant(), ""));
  }
}
