package jbuild.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.oci.Descriptor;
import jbuild.store.Image;
import jbuild.store.Reference;

/** {@code jbuild inspect}: everything the store knows of images, as JSON. */
final class InspectCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Show images' configuration and layers as JSON.")
        .option(Formats.jsonOnly())
        .someOperands("IMAGE", "Names or starts of IDs.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    Formats.requireJson(arguments);
    List<String> names = arguments.operands();
    try (JsonOutput json = new JsonOutput(wiring.console().out())) {
      json.startArray();
      for (String name : names) {
        print(wiring, json, wiring.images().require(name));
      }
      json.endArray();
    }
    return 0;
  }

  private static void print(Wiring wiring, JsonOutput json, Image image) throws IOException {
    json.startObject();
    json.text("id", image.id().toString());
    json.text("digest", image.descriptor().digest().toString());
    json.startArray("names");
    for (Reference reference : wiring.references().list()) {
      if (reference.descriptor().digest().equals(image.descriptor().digest())) {
        json.element(reference.name());
      }
    }
    json.endArray();
    json.number("size", image.size());
    json.startArray("layers");
    for (Descriptor layer : image.manifest().layers()) {
      json.startObject();
      json.text("digest", layer.digest().toString());
      json.text("mediaType", layer.mediaType());
      json.number("size", layer.size());
      json.endObject();
    }
    json.endArray();
    // The configuration in OCI's own words, unknown members included.
    json.raw("config", new String(image.config().toJson(), StandardCharsets.UTF_8));
    json.endObject();
  }
}
