package jbuild.check;

import java.util.List;
import jbuild.buildfile.SourceRange;

/** Which rules a file has turned off, as a whole and for single instructions. */
public final class Suppressions {
  private final CheckConfig file;
  private final List<Site> sites;

  Suppressions(CheckConfig file, List<Site> sites) {
    this.file = file;
    this.sites = List.copyOf(sites);
  }

  /** Whether a rule is on for the instruction that has this place. */
  boolean allows(Rule rule, SourceRange instruction) {
    for (Site site : sites) {
      if (site.range().equals(instruction)) {
        return site.config().allows(rule);
      }
    }
    return file.allows(rule);
  }
}
