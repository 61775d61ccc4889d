package jbuild.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories for an overlay over an image that others than jbuild run. */
final class Overlay {
  private Overlay() {}

  static String make(Stage stage) throws IOException {
    Path place = stage.freshDirectory();
    for (String name : new String[] {"u", "w", "m"}) {
      Files.createDirectory(place.resolve(name));
    }
    return place.toString();
  }
}
