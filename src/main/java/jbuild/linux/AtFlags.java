package jbuild.linux;

/** Flags of the {@code *at} calls, include/uapi/linux/fcntl.h; and of renameat2(2). */
public final class AtFlags {
  public static final int SYMLINK_NOFOLLOW = 0x100;

  /** unlinkat(2): remove a directory. */
  public static final int REMOVEDIR = 0x200;

  public static final int SYMLINK_FOLLOW = 0x400;
  public static final int EMPTY_PATH = 0x1000;

  /** open_tree(2), mount_setattr(2): the whole tree of mounts. */
  public static final int RECURSIVE = 0x8000;

  public static final int RENAME_NOREPLACE = 1;
  public static final int RENAME_EXCHANGE = 2;

  private AtFlags() {}
}
