package jbuild.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Invents entries with random attributes, as a tar's members and as {@link Trees} shows them. */
final class RandomEntries {
  /** One inode; several paths with the same object are hard links. */
  static final class Entry {
    private final String description;

    Entry(String description) {
      this.description = description;
    }

    String description() {
      return description;
    }

    boolean isDirectory() {
      return description.startsWith("DIRECTORY");
    }

    boolean isSymlink() {
      return description.startsWith("SYMLINK");
    }
  }

  record Made(TarBytes member, Entry entry) {}

  private final Random random;

  RandomEntries(Random random) {
    this.random = random;
  }

  Made directory(String path) {
    TarBytes tar = new TarBytes();
    int mode = new int[] {0755, 0700, 01777, 02775}[random.nextInt(4)];
    String attributes = attributes(tar);
    tar.member(path + "/", '5', "", h -> TarBytes.octal(h, 100, 8, mode));
    return new Made(tar, new Entry("DIRECTORY " + Integer.toOctalString(mode) + " " + attributes));
  }

  Made file(String path) {
    TarBytes tar = new TarBytes();
    String content = "c".repeat(random.nextInt(3) * 400) + random.nextInt(1000);
    String attributes = attributes(tar);
    tar.file(path, content);
    String shown = content.length() + " " + Trees.shown(TarBytes.latin1(content));
    return new Made(tar, new Entry("REGULAR 644 " + attributes + " " + shown));
  }

  Made symlink(String path) {
    TarBytes tar = new TarBytes();
    String[] targets = {"/p", "q/r", "../r", "nowhere", "/q/nowhere/x", path, "a"};
    String target = targets[random.nextInt(targets.length)];
    String attributes = attributes(tar);
    tar.symlink(path, target);
    return new Made(tar, new Entry("SYMLINK 777 " + attributes + " -> " + target));
  }

  Made device(String path) {
    TarBytes tar = new TarBytes();
    int minor = random.nextInt(300);
    String attributes = attributes(tar);
    tar.device(path, '4', 8, minor);
    return new Made(tar, new Entry("BLOCK_DEVICE 644 " + attributes + " 8:" + minor));
  }

  /** Puts a PAX header before the next member and says what it says. */
  private String attributes(TarBytes tar) {
    int uid = random.nextInt(5) == 0 ? 3_000_000 + random.nextInt(9) : random.nextInt(2000);
    int gid = random.nextInt(2000);
    long seconds = random.nextInt(5) == 0 ? -random.nextInt(999) : random.nextInt(2_000_000_000);
    int nanos = random.nextInt(3) == 0 ? 1 + random.nextInt(999) : 0;
    List<String> records = new ArrayList<>();
    Collections.addAll(records, "uid", "" + uid, "gid", "" + gid, "mtime", time(seconds, nanos));
    String xattr = "";
    if (random.nextInt(4) == 0) {
      String value = "v" + random.nextInt(99);
      Collections.addAll(records, "SCHILY.xattr.user.x", value);
      xattr = " user.x=" + value;
    }
    tar.pax(records.toArray(String[]::new));
    return uid + ":" + gid + " " + seconds + "+" + nanos + xattr;
  }

  /** Nanoseconds count forward, also before 1970; decimals do not. */
  private static String time(long seconds, int nanos) {
    if (seconds >= 0 || nanos == 0) {
      return seconds + String.format(".%09d", nanos);
    }
    String whole = seconds == -1 ? "-0" : Long.toString(seconds + 1);
    return whole + String.format(".%09d", 1_000_000_000 - nanos);
  }
}
