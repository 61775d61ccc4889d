package jbuild.medium;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import org.jspecify.annotations.Nullable;

/**
 * Tells the root file system of an installer from a system that was installed: it is made to run
 * once, and much is stripped from it.
 */
final class Installer {
  /** What only the installers' own trees have. */
  private static final Map<String, String> SIGNS =
      Map.of(
          "/.buildstamp", "anaconda", // lorax writes it into the tree that anaconda runs in
          "/lib/debian-installer", "debian-installer",
          "/usr/lib/debian-installer", "debian-installer",
          "/.instsys.config", "YaST");

  private static final String MAIN_IMAGE = "mainimage";

  private Installer() {}

  /** The installer's name; null when the root is a system. */
  static @Nullable String of(Volume medium, BytePath image, Inode root) throws IOException {
    for (Map.Entry<String, String> sign : SIGNS.entrySet()) {
      if (TreePath.lookup(root, BytePath.parse(sign.getKey()), false) != null) {
        return sign.getValue();
      }
    }
    List<String> treeInfo = medium.isTree() ? SmallFile.lines(medium.root(), ".treeinfo") : null;
    BytePath stage2 = treeInfo == null ? null : mainImage(treeInfo);
    return stage2 != null && image.equals(stage2) ? "anaconda" : null;
  }

  /** {@code mainimage = PATH} of the section {@code [stage2]} in a .treeinfo of Red Hat's media. */
  private static @Nullable BytePath mainImage(List<String> lines) {
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0 && line.substring(0, equals).strip().equals(MAIN_IMAGE)) {
        return BytePath.parse(line.substring(equals + 1).strip());
      }
    }
    return null;
  }
}
