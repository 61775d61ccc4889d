package jbuild.cli;

import java.io.IOException;
import jbuild.check.KnownImages;
import jbuild.graph.PlatformName;
import jbuild.oci.Platform;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import org.jspecify.annotations.Nullable;

/** What rules may know of images: those in the store. */
record LocalImages(ImageStore images) implements KnownImages {
  @Override
  public @Nullable Facts find(String name) {
    try {
      Image image = images.find(name);
      if (image == null) {
        return null;
      }
      Platform platform = image.config().platform();
      String variant = platform.variant();
      return new Facts(
          image.config().config().env(),
          new PlatformName(platform.os(), platform.architecture(), variant == null ? "" : variant));
    } catch (IOException unreadable) {
      return null; // a build that needs the image says what is wrong with it
    }
  }
}
