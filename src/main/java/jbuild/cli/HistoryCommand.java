package jbuild.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.oci.Descriptor;
import jbuild.oci.History;
import jbuild.store.Image;

/** {@code jbuild history}. */
final class HistoryCommand implements Command {
  private static final int TEXT_WIDTH = 70;

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Show the steps that made an image, the last one first.")
        .option(Formats.option())
        .flag("Show long texts whole.", "--no-trunc")
        .operand("IMAGE", "A name or the start of an ID.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    Image image = wiring.images().require(arguments.operands().get(0));
    if (Formats.isJson(arguments)) {
      printJson(wiring, image);
    } else {
      printTable(wiring, image, arguments.flag("--no-trunc"));
    }
    return 0;
  }

  private static void printTable(Wiring wiring, Image image, boolean whole) {
    Table table = new Table("CREATED", "CREATED BY", "SIZE", "COMMENT");
    Instant now = Instant.now();
    List<History> history = image.config().history();
    int layer = image.manifest().layers().size();
    for (int i = history.size() - 1; i >= 0; i--) {
      History step = history.get(i);
      long size = 0;
      if (!step.emptyLayer() && layer > 0) {
        layer--;
        size = image.manifest().layers().get(layer).size();
      }
      table.row(
          Amounts.age(step.created(), now),
          whole ? step.createdBy() : shorten(step.createdBy()),
          Amounts.bytes(size),
          step.comment());
    }
    table.print(wiring.console().out());
  }

  private static String shorten(String text) {
    String line = text.replace('\n', ' ').replace('\t', ' ');
    return line.length() <= TEXT_WIDTH ? line : line.substring(0, TEXT_WIDTH - 1) + "…";
  }

  private static void printJson(Wiring wiring, Image image) throws IOException {
    try (JsonOutput json = new JsonOutput(wiring.console().out())) {
      json.startArray();
      int layer = 0;
      for (History step : image.config().history()) {
        json.startObject();
        json.text("created", step.created());
        json.text("createdBy", step.createdBy());
        json.text("comment", step.comment());
        if (!step.emptyLayer() && layer < image.manifest().layers().size()) {
          Descriptor blob = image.manifest().layers().get(layer++);
          json.text("layer", blob.digest().toString());
          json.number("size", blob.size());
        }
        json.endObject();
      }
      json.endArray();
    }
  }
}
