package jbuild.linux;

import java.util.List;
import jbuild.io.ByteString;

/** Mounts that are attached nowhere; open_tree(2). */
public final class DetachedMounts {
  private DetachedMounts() {}

  /**
   * A copy of {@code mount} that belongs to this process's mount namespace and may be used up, as a
   * mount is when it is attached; it is added to {@code copies}, to be closed. Before Linux 6.15 a
   * detached mount cannot be copied (EINVAL): there the result is {@code mount} itself, which can
   * be used once.
   */
  public static Fd copyOrSame(Syscalls syscalls, Fd mount, List<Fd> copies) throws ErrnoException {
    Fd copy;
    try {
      copy = syscalls.openTree(mount, ByteString.EMPTY, MountFlags.OPEN_TREE_CLONE);
    } catch (ErrnoException e) {
      if (e.is(Errno.EINVAL)) {
        return mount;
      }
      throw e;
    }
    copies.add(copy);
    return copy;
  }
}
