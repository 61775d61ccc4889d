package jbuild.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Says why a file operation failed; the JDK's messages often hold nothing but the path. */
final class Failures {
  private Failures() {}

  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    @Nullable String reason =
        e instanceof FileSystemException onFile ? onFile.getReason() : e.getMessage();
    if (reason == null) {
      return e.getClass().getSimpleName();
    }
    return switch (reason) {
      case "No space left on device" ->
          "no space left on the device (free some, or choose another --root)";
      case "Disk quota exceeded" -> "the disk quota is used up";
      case "Read-only file system" -> "the file system is read-only";
      default -> reason;
    };
  }
}
