package jbuild.seccomp;

/** A processor architecture as seccomp tells it apart, include/uapi/linux/audit.h. */
public enum Architecture {
  X86_64(0xC000003E),
  AARCH64(0xC00000B7);

  private final int auditNumber;

  Architecture(int auditNumber) {
    this.auditNumber = auditNumber;
  }

  int auditNumber() {
    return auditNumber;
  }
}
