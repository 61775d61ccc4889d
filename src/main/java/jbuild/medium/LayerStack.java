package jbuild.medium;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import jbuild.fs.Inode;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Which images of a directory make a system, and in which order they lie on one another. {@code
 * casper/install-sources.yaml} (Ubuntu) names the one on top; those below it have the beginnings of
 * its name: {@code a.squashfs}, {@code a.b.squashfs}, {@code a.b.c.squashfs}. {@code
 * live/filesystem.module} (live-boot) lists all of them. Otherwise all are taken, in the order of
 * their names, part by part.
 */
final class LayerStack {
  private static final String SOURCES = "install-sources.yaml";
  private static final String MODULES = "filesystem.module";

  private LayerStack() {}

  /** The names, the lowest first; empty when there is no image. */
  static List<ByteString> of(Inode directory) throws IOException {
    List<ByteString> images = new ArrayList<>();
    for (Map.Entry<ByteString, Inode> entry : KnownPlaces.children(directory).entrySet()) {
      if (entry.getValue().type() == FileType.REGULAR && KnownPlaces.isStacked(entry.getKey())) {
        images.add(entry.getKey());
      }
    }
    List<String> sources = SmallFile.lines(directory, SOURCES);
    if (sources != null) {
      String top = InstallSources.defaultPath(sources);
      List<ByteString> chain = top == null ? List.of() : chain(images, top);
      if (!chain.isEmpty()) {
        return chain;
      }
    }
    List<String> modules = SmallFile.lines(directory, MODULES);
    if (modules != null) {
      List<ByteString> listed = listed(images, modules);
      if (!listed.isEmpty()) {
        return listed;
      }
    }
    images.sort(Comparator.comparing(LayerStack::stem));
    return images;
  }

  /** {@code top} and those whose names are beginnings of it; nothing when it is not there. */
  private static List<ByteString> chain(List<ByteString> images, String top) {
    ByteString name = ByteString.of(top);
    if (!images.contains(name)) {
      return List.of();
    }
    List<ByteString> chain = new ArrayList<>();
    for (ByteString image : images) {
      if (image.equals(name) || stem(name).startsWith(stem(image).concat(ByteString.of(".")))) {
        chain.add(image);
      }
    }
    chain.sort(Comparator.comparingInt(image -> stem(image).length()));
    return chain;
  }

  private static List<ByteString> listed(List<ByteString> images, List<String> modules) {
    List<ByteString> listed = new ArrayList<>();
    for (String line : modules) {
      ByteString name = ByteString.of(line.strip());
      if (images.contains(name) && !listed.contains(name)) {
        listed.add(name);
      }
    }
    return listed;
  }

  /** The name without its ending: a beginning of a name comes before the whole of it. */
  private static ByteString stem(ByteString name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** The part of a list of installation sources that says what is installed. */
  private static final class InstallSources {
    private InstallSources() {}

    /**
     * The {@code path} of the item with {@code default: true}, or else of the first one. The file
     * is a list of flat maps; deeper levels (variations of a source) are not looked at.
     */
    static @Nullable String defaultPath(List<String> lines) {
      String first = null;
      String path = null;
      boolean isDefault = false;
      for (String line : lines) {
        String text = line.stripTrailing();
        boolean starts = text.startsWith("- ");
        if (starts) {
          if (isDefault && path != null) {
            return path;
          }
          path = null;
          isDefault = false;
        } else if (!text.startsWith("  ") || text.startsWith("   ") || text.startsWith("  -")) {
          continue;
        }
        String pair = text.substring(2).strip();
        if (pair.startsWith("path:")) {
          path = unquoted(pair.substring("path:".length()));
          first = first == null ? path : first;
        } else if (pair.startsWith("default:")) {
          isDefault = unquoted(pair.substring("default:".length())).equals("true");
        }
      }
      return isDefault && path != null ? path : first;
    }

    private static String unquoted(String value) {
      String text = value.strip();
      boolean quoted =
          text.length() > 1
              && ((text.startsWith("\"") && text.endsWith("\""))
                  || (text.startsWith("'") && text.endsWith("'")));
      return quoted ? text.substring(1, text.length() - 1) : text;
    }
  }
}
