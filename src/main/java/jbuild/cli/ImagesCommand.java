package jbuild.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import jbuild.store.Reference;

/** {@code jbuild images}. */
final class ImagesCommand implements Command {
  private record Row(Reference reference, Image image) {}

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("List the images of the data root.")
        .option(Formats.option())
        .flag("Only the IDs.", "-q", "--quiet")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    ImageStore images = wiring.images();
    List<Row> rows = new ArrayList<>();
    int code = 0;
    for (Reference reference : wiring.references().list()) {
      try {
        rows.add(new Row(reference, images.read(reference.descriptor())));
      } catch (IOException unreadable) {
        // One damaged image is no reason to hide the others.
        wiring.console().say("jbuild: " + reference.name() + ": " + unreadable.getMessage());
        code = failureCode();
      }
    }
    if (arguments.flag("--quiet")) {
      for (Row row : rows) {
        wiring.console().out().println(row.image.id().shortHex());
      }
    } else if (Formats.isJson(arguments)) {
      printJson(wiring, rows);
    } else {
      printTable(wiring, rows);
    }
    return code;
  }

  private static void printTable(Wiring wiring, List<Row> rows) {
    Table table = new Table("NAME", "IMAGE ID", "CREATED", "LAYERS", "SIZE");
    Instant now = Instant.now();
    for (Row row : rows) {
      String name = row.reference.name();
      table.row(
          name == null ? "<none>" : name,
          row.image.id().shortHex(),
          Amounts.age(row.image.config().created(), now),
          Integer.toString(row.image.manifest().layers().size()),
          Amounts.bytes(row.image.size()));
    }
    table.print(wiring.console().out());
  }

  private static void printJson(Wiring wiring, List<Row> rows) throws IOException {
    try (JsonOutput json = new JsonOutput(wiring.console().out())) {
      json.startArray();
      for (Row row : rows) {
        json.startObject();
        json.text("name", row.reference.name());
        json.text("id", row.image.id().toString());
        json.text("digest", row.image.descriptor().digest().toString());
        json.text("created", row.image.config().created());
        json.text("platform", row.image.config().platform().toString());
        json.number("layers", row.image.manifest().layers().size());
        json.number("size", row.image.size());
        json.endObject();
      }
      json.endArray();
    }
  }
}
