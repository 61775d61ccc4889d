package jbuild.graph;

import java.util.List;
import jbuild.buildfile.IgnoreRules;
import org.jspecify.annotations.Nullable;

/**
 * The switches of COPY and ADD.
 *
 * @param link the layer depends on nothing below it
 * @param parents sources keep their directories, those behind the pivot {@code /./} or all
 * @param optional what is not there need not be
 * @param unpack whether archives are unpacked; null for what the kind of source says
 * @param exclude the patterns of {@code --exclude} as written
 * @param excluded the same, to be asked
 */
public record CopyOptions(
    boolean link,
    boolean parents,
    boolean optional,
    @Nullable Boolean unpack,
    List<String> exclude,
    IgnoreRules excluded) {
  public CopyOptions {
    exclude = List.copyOf(exclude);
  }
}
