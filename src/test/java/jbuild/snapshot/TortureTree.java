package jbuild.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.AtFlags;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;

/** Makes a directory of everything that file systems, tars and indexes find hard to keep. */
final class TortureTree {
  private static final int NOBODY_AT_ALL = (int) 4294967294L;

  private final Syscalls syscalls;
  private final Fd top;
  private final Random random = new Random(1);

  private TortureTree(Syscalls syscalls, Fd top) {
    this.syscalls = syscalls;
    this.top = top;
  }

  /**
   * Fills an empty directory.
   *
   * @param many entries of the largest directory
   */
  static void make(Syscalls syscalls, Path directory, int many) throws IOException {
    int flags = OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    try (Fd top = syscalls.openat(Fd.CWD, ByteString.of(directory.toString()), flags, 0)) {
      TortureTree tree = new TortureTree(syscalls, top);
      tree.names();
      tree.manyEntries(many);
      tree.symlinks();
      tree.contents();
      tree.attributes();
      tree.links();
      tree.devices();
      tree.xattrs();
      tree.depth();
      tree.time(".", 1_500_000_000L, 5);
    }
  }

  private void names() throws IOException {
    for (String name :
        new String[] {
          "!",
          "!a",
          "-",
          "-.",
          ".a",
          "..a",
          "...",
          "+",
          ",",
          ".-",
          "..!",
          "\1",
          "\377\376",
          "\351t\351",
          "a\nb",
          "\\x",
          "~",
          "%",
          " ",
          "a".repeat(255),
          "\303\251".repeat(127),
          "b".repeat(254),
          "b".repeat(253) + "\200",
          ".wh",
          "wh."
        }) {
      file(name, name.getBytes(StandardCharsets.ISO_8859_1));
    }
    directory("long");
    for (int i = 0; i < 300; i++) {
      file("long/" + String.format("%03d", i) + "n".repeat(252), new byte[] {(byte) i});
    }
    directory("empty");
  }

  private void manyEntries(int many) throws IOException {
    directory("many");
    for (int i = 0; i < many; i++) {
      file(String.format("many/entry-%06d", i), new byte[0]);
    }
  }

  /** Around the sizes at which a target leaves its inode, and around a block. */
  private void symlinks() throws IOException {
    String text = ("t".repeat(50) + "/").repeat(90);
    for (int length = 1; length <= 4095; length++) {
      if (length < 60
          || (length >= 380 && length < 530)
          || (length >= 1020 && length < 1030)
          || length == 2000
          || length >= 4094) {
        syscalls.symlinkat(name(text.substring(0, length)), top, name("sym" + length));
      }
    }
  }

  private void contents() throws IOException {
    for (int size : new int[] {0, 1, 511, 512, 513, 4095, 4096, 4097, 65536, 1 << 20}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      file("size" + size, bytes);
    }
    for (String name : new String[] {"sparse-even", "sparse-odd"}) {
      long island = name.endsWith("even") ? 16 << 20 : (16 << 20) + 4096;
      file(name, new byte[0]);
      try (Fd file = open(name)) {
        byte[] bytes = new byte[4096];
        random.nextBytes(bytes);
        syscalls.pwrite(file, direct(bytes), island);
        syscalls.pwrite(file, direct(new byte[] {1, 2, 3}), (64 << 20) - 3);
      }
    }
    file("all-hole", new byte[0]);
    try (Fd file = open("all-hole")) {
      syscalls.ftruncate(file, 5L << 20);
    }
  }

  private void attributes() throws IOException {
    file("uid", new byte[1]);
    syscalls.fchownat(top, name("uid"), NOBODY_AT_ALL, NOBODY_AT_ALL, 0);
    file("1969", new byte[1]);
    time("1969", -86_401, 876_543_211);
    file("second-before", new byte[1]);
    time("second-before", -1, 1);
    file("2100", new byte[1]);
    time("2100", 4_102_444_800L, 1);
    for (int mode : new int[] {0, 0111, 0777, 01777, 02755, 04711, 07777}) {
      String file = "mode" + Integer.toOctalString(mode);
      file(file, new byte[1]);
      syscalls.fchmodat(top, name(file), mode);
      String directory = "dmode" + Integer.toOctalString(mode);
      directory(directory);
      syscalls.fchmodat(top, name(directory), mode);
    }
  }

  private void links() throws IOException {
    file("h1", new byte[] {'h'});
    directory("links");
    for (int i = 2; i < 400; i++) {
      syscalls.linkat(top, name("h1"), top, name(i % 2 == 0 ? "h" + i : "links/h" + i), 0);
    }
    syscalls.mknodat(top, name("fifo"), FileType.FIFO.modeBits() | 0640, 0, 0);
    syscalls.symlinkat(name("nowhere"), top, name("soft"));
    syscalls.linkat(top, name("soft"), top, name("links/soft"), 0);
  }

  private void devices() throws IOException {
    int character = FileType.CHARACTER_DEVICE.modeBits() | 0666;
    int block = FileType.BLOCK_DEVICE.modeBits() | 0660;
    syscalls.mknodat(top, name("null"), character, 1, 3);
    syscalls.mknodat(top, name("zero-seven"), character, 0, 7);
    syscalls.mknodat(top, name("largest"), block, 4095, 1048575);
  }

  private void xattrs() throws IOException {
    for (int i = 1; i < 40; i++) {
      String path = "xattr" + i;
      file(path, new byte[1]);
      xattr(path, "user.a" + "k".repeat(i), name("v".repeat(i * 17)).toBytes());
      if (i % 3 == 0) {
        xattr(path, "trusted.t", new byte[i]);
      }
      if (i % 5 == 0) {
        xattr(path, "user.empty", new byte[0]);
      }
    }
    byte[] large = new byte[900];
    Arrays.fill(large, (byte) '1');
    xattr("long", "user.directory", large);
    file("cap", new byte[1]);
    // struct vfs_cap_data of revision 2, effective: CAP_NET_RAW, linux/capability.h
    xattr("cap", "security.capability", words(0x02000001, 1 << 13, 0, 0, 0));
    // struct posix_acl_xattr: version 2, then tag and permissions, id
    byte[] acl =
        words(
            2,
            7 << 16 | 1,
            -1,
            5 << 16 | 2,
            1000,
            5 << 16 | 4,
            -1,
            7 << 16 | 16,
            -1,
            5 << 16 | 32,
            -1);
    file("acl", new byte[1]);
    xattr("acl", "system.posix_acl_access", acl);
    directory("acl-directory");
    xattr("acl-directory", "system.posix_acl_access", acl);
    xattr("acl-directory", "system.posix_acl_default", acl);
  }

  private void depth() throws IOException {
    StringBuilder path = new StringBuilder("deep");
    for (int i = 0; i < 300; i++) {
      directory(path.toString());
      path.append("/deep");
    }
    file(path.toString(), new byte[] {'!'});
  }

  private void file(String path, byte[] content) throws IOException {
    int flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.CLOEXEC;
    try (Fd file = syscalls.openat(top, name(path), flags, 0640)) {
      ByteBuffer bytes = direct(content);
      while (bytes.hasRemaining()) {
        syscalls.write(file, bytes);
      }
    }
  }

  private Fd open(String path) throws IOException {
    return syscalls.openat(top, name(path), OpenFlags.WRONLY | OpenFlags.CLOEXEC, 0);
  }

  private void directory(String path) throws IOException {
    syscalls.mkdirat(top, name(path), 0751);
  }

  private void xattr(String path, String attribute, byte[] value) throws IOException {
    syscalls.setxattr(top, name(path), ByteString.of(attribute), value);
  }

  private void time(String path, long seconds, int nanos) throws IOException {
    syscalls.utimensat(top, name(path), seconds, nanos, AtFlags.SYMLINK_NOFOLLOW);
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] words(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  /** One char a byte. */
  private static ByteString name(String latin1) {
    return ByteString.of(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }
}
