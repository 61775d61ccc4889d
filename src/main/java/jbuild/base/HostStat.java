package jbuild.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * lstat(2) of a host file through the JDK, so that {@code FROM host} loads no native code.
 *
 * @param mode type and permissions as in {@code st_mode}
 */
record HostStat(
    FileType type, long device, long inode, int mode, long size, Instant mtime, Instant ctime) {

  private static final String FIELDS = "unix:dev,ino,mode,size,lastModifiedTime,ctime";

  /** Null when there is no such file. */
  static @Nullable HostStat of(Path path) throws IOException {
    Map<String, Object> fields;
    try {
      fields = Files.readAttributes(path, FIELDS, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
    int mode = (Integer) field(fields, "mode");
    return new HostStat(
        FileType.ofMode(mode),
        (Long) field(fields, "dev"),
        (Long) field(fields, "ino"),
        mode,
        (Long) field(fields, "size"),
        ((FileTime) field(fields, "lastModifiedTime")).toInstant(),
        ((FileTime) field(fields, "ctime")).toInstant());
  }

  private static Object field(Map<String, Object> fields, String name) {
    return Objects.requireNonNull(fields.get(name), name);
  }

  int permissions() {
    return mode & 07777;
  }

  /**
   * What tells that the file is the one seen before, in words without spaces around. Of a directory
   * only that it is one: what is looked up in it is noted by itself.
   */
  void print(StringBuilder out) {
    if (type == FileType.DIRECTORY) {
      out.append('d');
      return;
    }
    out.append(mode).append(' ').append(device).append(' ').append(inode).append(' ').append(size);
    print(out, mtime);
    print(out, ctime);
  }

  private static void print(StringBuilder out, Instant time) {
    out.append(' ').append(time.getEpochSecond()).append('.').append(time.getNano());
  }
}
