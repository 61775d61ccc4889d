package jbuild.sandbox;

/**
 * Capabilities of capabilities(7), bit n for number n (include/uapi/linux/capability.h).
 *
 * @param bits the set, as /proc/PID/status prints it in CapBnd
 */
public record CapabilitySet(long bits) {
  public static final int CHOWN = 0;
  public static final int DAC_OVERRIDE = 1;
  public static final int FOWNER = 3;
  public static final int FSETID = 4;
  public static final int KILL = 5;
  public static final int SETGID = 6;
  public static final int SETUID = 7;
  public static final int SETPCAP = 8;
  public static final int NET_BIND_SERVICE = 10;
  public static final int NET_RAW = 13;
  public static final int SYS_CHROOT = 18;
  public static final int MKNOD = 27;
  public static final int AUDIT_WRITE = 29;
  public static final int SETFCAP = 31;

  public static final CapabilitySet EMPTY = new CapabilitySet(0);

  /** The ones Docker gives to a container's root: 0xa80425fb. */
  public static final CapabilitySet DOCKER =
      of(
          CHOWN,
          DAC_OVERRIDE,
          FOWNER,
          FSETID,
          KILL,
          SETGID,
          SETUID,
          SETPCAP,
          NET_BIND_SERVICE,
          NET_RAW,
          SYS_CHROOT,
          MKNOD,
          AUDIT_WRITE,
          SETFCAP);

  /** All there are, and will be. */
  public static final CapabilitySet ALL = new CapabilitySet(-1);

  public static CapabilitySet of(int... numbers) {
    long bits = 0;
    for (int number : numbers) {
      if (number < 0 || number > 63) {
        throw new IllegalArgumentException("not a capability: " + number);
      }
      bits |= 1L << number;
    }
    return new CapabilitySet(bits);
  }

  public boolean contains(int number) {
    return (bits >>> number & 1) == 1;
  }

  public CapabilitySet intersect(CapabilitySet other) {
    return new CapabilitySet(bits & other.bits);
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(bits);
  }
}
