package jbuild.cli;

import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.io.ByteString;
import jbuild.mount.ImageUnmounter;

/** {@code jbuild umount}. */
final class UmountCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Unmount images that jbuild mount has mounted, and print where they were.",
            "What was written in them is thrown away.")
        .flag("All that are mounted.", "-a", "--all")
        .flag("Out of sight at once, even if something uses it.", "-l", "--lazy")
        .anyOperands("DIR|IMAGE", "Where one is mounted, or which image.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    List<String> operands = arguments.operands();
    boolean all = arguments.flag("--all");
    if (all != operands.isEmpty()) {
      throw new UsageException(
          all
              ? "umount --all: it takes no operands"
              : "umount: nothing is named (name a directory or an image, or use --all)");
    }
    wiring.requireRoot("umount: only root can do this");
    ImageUnmounter unmounter =
        new ImageUnmounter(wiring.syscalls(), wiring.mounts(), arguments.flag("--lazy"));
    try {
      if (all) {
        for (ByteString point : unmounter.unmountAll()) {
          wiring.console().out().println(point);
        }
      }
      for (String typed : operands) {
        wiring.console().out().println(unmounter.unmount(typed));
      }
    } finally {
      wiring.trash().empty();
    }
    return 0;
  }
}
