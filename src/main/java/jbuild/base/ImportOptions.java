package jbuild.base;

import java.nio.file.Path;
import java.util.List;
import jbuild.medium.NestedPath;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * How a file becomes a root file system.
 *
 * @param name what the file is called, where that is not what the host calls it; else null
 * @param offset where in the file the medium begins, in bytes
 * @param path where in a medium it is; null to find it
 * @param devices further devices of an EROFS image
 * @param keepSelinux whether SELinux labels stay
 * @param expected the digest that the file must have; null for any
 */
public record ImportOptions(
    @Nullable String name,
    long offset,
    @Nullable NestedPath path,
    List<Path> devices,
    boolean keepSelinux,
    @Nullable Digest expected) {
  public static final ImportOptions DEFAULT =
      new ImportOptions(null, 0, null, List.of(), true, null);

  public ImportOptions {
    devices = List.copyOf(devices);
  }

  /** The name of {@code source}, for labels and histories. */
  String nameOf(Path source) {
    Path last = source.getFileName();
    return name != null ? name : last == null ? source.toString() : last.toString();
  }
}
