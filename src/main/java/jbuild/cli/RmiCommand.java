package jbuild.cli;

import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.oci.Digest;
import jbuild.store.Reference;
import jbuild.store.StoreException;

/**
 * {@code jbuild rmi}: takes names away. Blobs that nothing refers to any more go with the next
 * collection, so that an image removed by mistake can be built again from the cache.
 */
final class RmiCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Remove images: a name, or with the start of an ID all names of that image.",
            "Layers stay while the build cache or another image uses them.")
        .someOperands("IMAGE", "Names or starts of IDs.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    for (String typed : arguments.operands()) {
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
