package jbuild.cli;

import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.runner.ContainerStore;

/** {@code jbuild ps}. */
final class PsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("List the containers that were not run with --rm.")
        .option(Formats.option())
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    if (Formats.isJson(arguments)) {
      printJson(wiring);
      return 0;
    }
    Table table = new Table("CONTAINER ID", "NAME", "IMAGE", "STATUS");
    for (ContainerStore.Container container : wiring.containers().list()) {
      Integer code = container.exitCode();
      table.row(
          container.id(),
          container.name(),
          container.image(),
          code == null ? status(container) : "exited (" + code + ")");
    }
    table.print(wiring.console().out());
    return 0;
  }

  private static String status(ContainerStore.Container container) {
    if (container.exitCode() != null) {
      return "exited";
    }
    return container.running() ? "running" : "lost";
  }

  private static void printJson(Wiring wiring) throws Exception {
    try (JsonOutput json = new JsonOutput(wiring.console().out())) {
      json.startArray();
      for (ContainerStore.Container container : wiring.containers().list()) {
        json.startObject();
        json.text("id", container.id());
        json.text("name", container.name());
        json.text("image", container.image());
        json.text("status", status(container));
        Integer code = container.exitCode();
        if (code != null) {
          json.number("exitCode", code);
        }
        json.endObject();
      }
      json.endArray();
    }
  }
}
