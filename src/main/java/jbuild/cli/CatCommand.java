package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.FileType;

/** {@code jbuild cat}: a file inside a medium, on standard output. */
final class CatCommand implements Command {
  private static final int PIECE = 1 << 20;
  private static final long AHEAD = 12 << 20;

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Print files that lie inside media and images.",
            "MEDIUM is what import takes, except tars and directories; !/ goes into the image that"
                + " stands before it, as often as wanted:"
                + " centos.iso!/LiveOS/squashfs.img!/LiveOS/rootfs.img!/etc/os-release.")
        .someOperands("MEDIUM!/PATH", "Files to print, one after the other.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    for (String typed : arguments.operands()) {
      try (InsideMedium place = InsideMedium.open(typed, true)) {
        Inode inode = place.inode();
        if (inode == null || inode.type() != FileType.REGULAR) {
          throw new IOException(
              "print "
                  + typed
                  + ": is a "
                  + (inode == null ? "disk" : inode.type())
                  + ", not a file");
        }
        print(inode.content(), wiring.console().out());
      }
    }
    return 0;
  }

  private static void print(ByteSource content, PrintStream out) throws IOException {
    byte[] piece = new byte[PIECE];
    long size = content.size();
    long announced = 0;
    for (long at = 0; at < size; at += PIECE) {
      long upTo = Math.min(size, at + AHEAD);
      content.willNeed(announced, upTo - announced);
      announced = upTo;
      int count = (int) Math.min(PIECE, size - at);
      content.read(at, ByteBuffer.wrap(piece, 0, count));
      out.write(piece, 0, count);
      if (out.checkError()) {
        throw new IOException("print: standard output is closed or full");
      }
    }
  }
}
