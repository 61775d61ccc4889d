package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import jbuild.base.ImportOptions;
import jbuild.base.RootfsBase;
import jbuild.medium.FoundRoot;
import jbuild.medium.Medium;
import jbuild.medium.MediumException;
import jbuild.medium.Volume;

/** {@code jbuild import --list}: every image in a medium, with the one that would be taken. */
final class MediumListing {
  private MediumListing() {}

  static void print(PrintStream out, Path file, ImportOptions options) throws IOException {
    try (Medium medium = RootfsBase.open(file, options)) {
      String why = "";
      FoundRoot root = null;
      try {
        root = medium.root(options.path());
      } catch (MediumException none) {
        why = none.getMessage();
      }
      Set<String> chosen =
          root == null
              ? Set.of()
              : root.layers().stream()
                  .map(layer -> layer.volume().label())
                  .collect(Collectors.toSet());
      Table table = new Table("FORMAT", "SIZE", "LABEL", "ROOT", "PATH");
      for (Volume volume : medium.volumes()) {
        table.row(
            volume.format(),
            Amounts.bytes(volume.size()),
            volume.volumeLabel(),
            chosen.contains(volume.label()) ? "*" : "",
            volume.label());
      }
      table.print(out);
      if (root == null) {
        out.println(why);
      } else if (root.installer() != null) {
        out.println("* is the " + root.installer() + " installer's own system");
      }
    }
  }
}
