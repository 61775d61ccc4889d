package jbuild.linux;

/** Flags of mount(2), umount(2) and the new mount calls, include/uapi/linux/mount.h. */
public final class MountFlags {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_REMOUNT = 32;
  public static final long MS_BIND = 4096;
  public static final long MS_REC = 16384;
  public static final long MS_PRIVATE = 1 << 18;
  public static final long MS_SLAVE = 1 << 19;
  public static final long MS_STRICTATIME = 1 << 24;

  public static final int MNT_DETACH = 2;
  public static final int UMOUNT_NOFOLLOW = 8;

  public static final int FSOPEN_CLOEXEC = 1;
  public static final int FSMOUNT_CLOEXEC = 1;

  /** Commands of fsconfig(2). */
  public static final int FSCONFIG_SET_FLAG = 0;

  public static final int FSCONFIG_SET_STRING = 1;
  public static final int FSCONFIG_SET_FD = 5;
  public static final int FSCONFIG_CMD_CREATE = 6;

  public static final int OPEN_TREE_CLONE = 1;
  public static final int OPEN_TREE_CLOEXEC = OpenFlags.CLOEXEC;

  public static final int MOVE_MOUNT_F_EMPTY_PATH = 0x4;
  public static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

  public static final long ATTR_RDONLY = 0x1;
  public static final long ATTR_NOSUID = 0x2;
  public static final long ATTR_NODEV = 0x4;
  public static final long ATTR_NOEXEC = 0x8;
  public static final long ATTR_NOATIME = 0x10;
  public static final long ATTR_STRICTATIME = 0x20;
  public static final long ATTR_IDMAP = 0x100000;

  private MountFlags() {}
}
