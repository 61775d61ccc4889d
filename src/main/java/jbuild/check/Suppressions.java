package jbuild.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.SourceRange;

/** Which rules a file has turned off, as a whole and for single instructions. */
public final class Suppressions {
  private final CheckConfig file;
  private final Map<SourceRange, CheckConfig> local = new HashMap<>();

  Suppressions(CheckConfig file, List<Site> sites) {
    this.file = file;
    for (Site site : sites) {
      if (!site.config().equals(file)) {
        local.put(site.range(), site.config());
      }
    }
  }

  /** Whether a rule is on for the instruction that has this place. */
  boolean allows(Rule rule, SourceRange instruction) {
    return local.getOrDefault(instruction, file).allows(rule);
  }
}
