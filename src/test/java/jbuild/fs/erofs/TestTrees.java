package jbuild.fs.erofs;

import static jbuild.fs.erofs.TestInode.dir;
import static jbuild.fs.erofs.TestInode.file;
import static jbuild.fs.erofs.TestInode.link;
import static jbuild.fs.erofs.TestInode.special;

import jbuild.fs.Segment;
import jbuild.io.FileType;

/** Trees that several tests write. */
final class TestTrees {
  private TestTrees() {}

  /** A little of everything; the device needs 64 KiB. */
  static TestInode small() {
    TestInode hard = file(700, new Segment(0, 700, 0, 1024)).xattr("user.a", "value");
    return dir()
        .with("bin", dir().with("sh", hard).with("bash", hard))
        .with("empty", file(0))
        .with("hole", file(5000, new Segment(1024, 512, 0, 0), new Segment(4096, 904, 0, 2048)))
        .with("link", link(30))
        .with("long", link(500))
        .with("null", special(FileType.CHARACTER_DEVICE, 1, 3).mode(0666))
        .with("gone", special(FileType.CHARACTER_DEVICE, 0, 0).mode(0))
        .with("pipe", special(FileType.FIFO, 0, 0))
        .with(
            "wide",
            dir()
                .with("a".repeat(255), file(1, new Segment(0, 1, 0, 512)))
                .with("b".repeat(255), dir()))
        .xattr("trusted.overlay.opaque", "y");
  }

  /** Every length at which something moves to another block, names of all kinds, all types. */
  static TestInode boundaries() {
    TestInode root = dir();
    TestInode names = dir();
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
          "\u0001",
          "\u00ff\u00fe",
          "\u00e9t\u00e9",
          "a\nb",
          "\\x",
          "~",
          "%",
          " ",
          "a".repeat(255),
          "\u00c3\u00a9".repeat(127),
          "b".repeat(254),
          "b".repeat(253) + "\u0080",
          "/".substring(1) + "." + "x"
        }) {
      names.with(name, file(0));
    }
    root.with("names", names);
    root.with("only-bang", dir().with("!", file(0))).with("only-z", dir().with("z", file(0)));
    for (int length = 1; length <= 530; length++) {
      root.with("sym" + length, link(length).xattr("trusted.n", "x".repeat(length % 40)));
    }
    for (int length : new int[] {1023, 1024, 1025, 2000, 4094, 4095}) {
      root.with("sym" + length, link(length));
    }
    // "." and ".." take 27 bytes of a directory; one name fills it up to the length that is wanted.
    for (int used = 400; used <= 530; used++) {
      root.with("dir" + used, dirOf(used));
    }
    for (int length = 0; length < 1200; length += 7) {
      TestInode inode = length % 2 == 0 ? dirOf(300) : file(3, new Segment(0, 3, 0, 512));
      root.with("x" + length, inode.xattr("user.v", "v".repeat(length)));
    }
    root.with(
        "xattrs",
        file(1, new Segment(0, 1, 0, 0))
            .xattr("user.empty", "")
            .xattr("user." + "n".repeat(255 - 5), "v")
            .xattr("trusted.t", "\u0000\u00ff")
            .xattr("security.capability", "\u0001\u0000\u0000\u0002" + "\u0000".repeat(16))
            .xattr("user.large", "l".repeat(3000)));
    root.with("char", special(FileType.CHARACTER_DEVICE, 4095, 1048575));
    root.with("block", special(FileType.BLOCK_DEVICE, 8, 257).mode(07777));
    root.with("fifo", special(FileType.FIFO, 0, 0));
    root.with("socket", special(FileType.SOCKET, 0, 0));
    root.with("owner", file(0).owner(-2, -2));
    root.with("old", file(0).time(-31536001L, 999_999_999).mode(06755));
    root.with("y2100", file(0).time(4102444800L, 1));
    TestInode hard = file(0);
    for (int i = 0; i < 300; i++) {
      root.with("hard" + i, hard);
    }
    TestInode fifo = special(FileType.FIFO, 0, 0);
    root.with("fifo1", fifo).with("fifo2", dir().with("again", fifo));
    return root;
  }

  /** A directory whose entries take {@code used} bytes: at most 512 fit into one block. */
  private static TestInode dirOf(int used) {
    int left = used - 12 - 1 - 12 - 2;
    TestInode dir = dir();
    for (int i = 0; left > 0; i++) {
      int take = left > 267 ? 150 : left;
      dir.with((char) ('a' + i) + "n".repeat(take - 13), file(0));
      left -= take;
    }
    return dir;
  }
}
