package jbuild.linux;

/** The processor architectures whose system call numbers and machine code jbuild knows. */
public enum Arch {
  X86_64,
  AARCH64;

  /** The architecture of this JVM. */
  public static Arch host() {
    String name = System.getProperty("os.arch", "");
    return switch (name) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default ->
          throw new UnsupportedOperationException(
              "find system calls for this processor: "
                  + name
                  + ": only x86-64 and aarch64 are known");
    };
  }
}
