package jbuild.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The process: its arguments, its streams, its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    nameNativeLibraries();
    // UTF-8 whatever the locale says: names and texts in images are UTF-8 more often than not.
    Console console =
        new Console(stream(FileDescriptor.out), stream(FileDescriptor.err), System.getenv());
    int code = new Cli(console).run(arguments);
    console.flush();
    System.exit(code);
  }

  /**
   * Tells zstd-jni, too, where the distribution has its library; else it unpacks one into /tmp. The
   * launcher cannot: to ask for the architecture takes it longer than this.
   */
  private static void nameNativeLibraries() {
    String natives = System.getProperty("jffi.boot.library.path");
    if (natives != null && System.getProperty("ZstdNativePath") == null) {
      String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
      System.setProperty("ZstdNativePath", natives + "/" + arch + "-Linux/libzstd-jni.so");
    }
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 8192),
        false,
        StandardCharsets.UTF_8);
  }
}
