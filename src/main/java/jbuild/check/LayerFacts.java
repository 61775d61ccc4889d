package jbuild.check;

import java.io.IOException;
import java.io.InputStream;
import jbuild.buildfile.Instruction;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;

/**
 * A layer of a stage, for {@link ByteRules}.
 *
 * @param instruction that made it
 * @param judged whether something may be said of it; layers that are not are there to compare with
 */
public record LayerFacts(
    Instruction instruction, LayerTree tree, Contents contents, boolean judged) {

  /** Gives the content of a file of the layer. */
  @FunctionalInterface
  public interface Contents {
    InputStream open(RegularFile file) throws IOException;
  }

  /** {@code COPY in line 4}. */
  String describe() {
    return instruction.origin().keyword() + " in line " + instruction.origin().range().startLine();
  }
}
