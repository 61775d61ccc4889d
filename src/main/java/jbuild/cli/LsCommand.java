package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/** {@code jbuild ls}: what lies in a medium, or in an image inside it. */
final class LsCommand implements Command {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "List directories inside media and images.",
            "MEDIUM is what import takes, except tars and directories; !/ goes into the image that"
                + " stands before it, as often as wanted: centos.iso!/LiveOS/squashfs.img!/."
                + " Partitions of disks are called p1, p2 and so on.")
        .flag("Show type, mode, owner, group, size and time (UTC) as well.", "-l", "--long")
        .flag("List directories with all that is below them.", "-R", "--recursive")
        .someOperands("MEDIUM[!/PATH]", "What to list.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    PrintStream out = wiring.console().out();
    for (String typed : arguments.operands()) {
      try (InsideMedium place = InsideMedium.open(typed, false)) {
        Listing listing = new Listing(out, arguments.flag("--long"), arguments.flag("--recursive"));
        Inode inode = place.inode();
        if (inode == null) {
          place.volume().partitions().forEach(path -> out.println(path.name()));
        } else if (inode.type() == FileType.DIRECTORY) {
          listing.directory(inode, BytePath.ROOT);
        } else {
          listing.line(place.path().name(), inode);
        }
      }
    }
    return 0;
  }

  private record Listing(PrintStream out, boolean isLong, boolean recursive) {
    /** Names below {@code path}, which is relative to what is listed. */
    void directory(Inode directory, BytePath path) throws IOException {
      Map<ByteString, Inode> children = new TreeMap<>();
      directory.forEachChild(children::put);
      for (Map.Entry<ByteString, Inode> child : children.entrySet()) {
        BytePath below = path.child(child.getKey());
        line(below.relative(), child.getValue());
        if (recursive && child.getValue().type() == FileType.DIRECTORY) {
          directory(child.getValue(), below);
        }
      }
    }

    void line(ByteString name, Inode inode) throws IOException {
      if (!isLong) {
        out.println(name);
        return;
      }
      String size =
          inode.type().isDevice()
              ? inode.deviceMajor() + "," + inode.deviceMinor()
              : Long.toString(
                  inode.type() == FileType.REGULAR || inode.type() == FileType.SYMLINK
                      ? inode.size()
                      : 0);
      String target = inode.type() == FileType.SYMLINK ? " -> " + inode.linkTarget() : "";
      out.println(
          ModeText.of(inode.type(), inode.mode())
              + String.format(
                  " %5s %5s %10s ",
                  Integer.toUnsignedString(inode.uid()),
                  Integer.toUnsignedString(inode.gid()),
                  size)
              + TIME.format(Instant.ofEpochSecond(inode.mtimeSeconds()))
              + " "
              + name
              + target);
    }
  }

  /** {@code drwxr-xr-t}, as ls(1) writes it. */
  static final class ModeText {
    private ModeText() {}

    static String of(FileType type, int mode) {
      char[] text = new char[10];
      text[0] =
          switch (type) {
            case REGULAR -> '-';
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
            case FIFO -> 'p';
            case SOCKET -> 's';
          };
      for (int i = 0; i < 9; i++) {
        text[1 + i] = (mode & 0400 >> i) != 0 ? "rwx".charAt(i % 3) : '-';
      }
      special(text, 3, (mode & 04000) != 0, 's');
      special(text, 6, (mode & 02000) != 0, 's');
      special(text, 9, (mode & 01000) != 0, 't');
      return new String(text);
    }

    private static void special(char[] text, int at, boolean set, char letter) {
      if (set) {
        text[at] = text[at] == 'x' ? letter : Character.toUpperCase(letter);
      }
    }
  }
}
