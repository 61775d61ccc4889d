package jbuild.build;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code FROM iso:PATH[#INNER]} and {@code FROM rootfs:PATH[#INNER]}: a file, or a directory, as a
 * base, without an image in the store. Both words mean the same: what a file is, is told by its
 * content.
 *
 * @param typed as it stands in the file
 * @param path relative ones start at the context
 * @param inner where in a medium the root file system is; null to find it
 */
record FileBase(String typed, Path path, @Nullable String inner) {
  private static final String ISO = "iso:";
  private static final String ROOTFS = "rootfs:";

  /** Null for the name of an image. */
  static @Nullable FileBase parse(String name, Path context) {
    String rest =
        name.startsWith(ISO)
            ? name.substring(ISO.length())
            : name.startsWith(ROOTFS) ? name.substring(ROOTFS.length()) : "";
    int hash = rest.indexOf('#');
    String file = hash < 0 ? rest : rest.substring(0, hash);
    if (file.isEmpty()) {
      return null;
    }
    return new FileBase(
        name,
        context.resolve(file).toAbsolutePath().normalize(),
        hash < 0 ? null : rest.substring(hash + 1));
  }
}
