package jbuild.cli;

import jbuild.oci.Digest;
import jbuild.store.Reference;
import jbuild.store.StoreException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code jbuild rmi}: takes names away. Blobs that nothing refers to any more go with the next
 * collection, so that an image removed by mistake can be built again from the cache.
 */
final class RmiCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage()
        .description(
            "Remove images: a name, or with the start of an ID all names of that image.",
            "Layers stay while the build cache or another image uses them.");
    Operands.add(spec, "IMAGE...", "1..*", "Names or starts of IDs.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Wiring wiring) throws Exception {
    for (String typed : Operands.of(arguments)) {
      remove(wiring, typed);
    }
    return 0;
  }

  private static void remove(Wiring wiring, String typed) throws Exception {
    Reference found = wiring.references().find(typed);
    if (found == null) {
      throw new StoreException("remove image " + typed + ": no such image");
    }
    if (isName(found, typed)) {
      wiring.references().remove(found);
      wiring.console().out().println("untagged: " + found.name());
      return;
    }
    Digest digest = found.descriptor().digest();
    for (Reference reference : wiring.references().list()) {
      if (reference.descriptor().digest().equals(digest)
          && wiring.references().remove(reference)
          && reference.name() != null) {
        wiring.console().out().println("untagged: " + reference.name());
      }
    }
    wiring.console().out().println("removed: " + digest);
  }

  /** Whether the user typed the reference's name, and not the start of an ID. */
  private static boolean isName(Reference reference, String typed) {
    String name = reference.name();
    return name != null && (name.equals(typed) || name.equals(typed + ":latest"));
  }
}
