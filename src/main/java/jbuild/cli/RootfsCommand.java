package jbuild.cli;

import java.nio.file.Path;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.layer.FlatImage;
import jbuild.store.Image;

/** {@code jbuild rootfs}: a directory to chroot into. */
final class RootfsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Write an image's root file system into a directory, which must be new or empty.")
        .operand("IMAGE", "A name or the start of an ID.")
        .operand("DIR", "A directory that is new or empty.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    List<String> operands = arguments.operands();
    Image image = wiring.use(operands.get(0));
    FlatImage flat = FlatImage.of(wiring.indexes(), wiring.blobs(), image.diffIds());
    List<String> notes = flat.extract(wiring.syscalls(), Path.of(operands.get(1)).toAbsolutePath());
    for (String note : notes) {
      wiring.console().say("note: " + note);
    }
    return 0;
  }
}
