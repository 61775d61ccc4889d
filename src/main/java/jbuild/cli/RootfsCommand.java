package jbuild.cli;

import java.nio.file.Path;
import java.util.List;
import jbuild.layer.FlatImage;
import jbuild.store.Image;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code jbuild rootfs}: a directory to chroot into. */
final class RootfsCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage()
        .description(
            "Write an image's root file system into a directory, which must be new or empty.");
    Operands.add(spec, "IMAGE DIR", "2", "A name or the start of an ID, and the directory.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Wiring wiring) throws Exception {
    List<String> operands = Operands.exactly(2, "an image and a directory", arguments);
    Image image = wiring.images().require(operands.get(0));
    FlatImage flat = FlatImage.of(wiring.indexes(), wiring.blobs(), image.diffIds());
    List<String> notes = flat.extract(wiring.syscalls(), Path.of(operands.get(1)).toAbsolutePath());
    for (String note : notes) {
      wiring.console().say("note: " + note);
    }
    return 0;
  }
}
