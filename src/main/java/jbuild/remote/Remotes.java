package jbuild.remote;

import java.util.Map;
import jbuild.base.FetchRules;
import jbuild.store.DataRoot;

/** Everything that is fetched for a build. */
public final class Remotes {
  private final HttpCache http;
  private final GitRepositories git;

  /**
   * @param rules for files, whose time also bounds each run of git
   * @param environment of the command: proxies, and how git is found
   */
  public Remotes(DataRoot root, FetchRules rules, Map<String, String> environment) {
    this.http = new HttpCache(root, rules);
    this.git = new GitRepositories(root, new GitProgram(environment, rules.maxTime(), root));
  }

  public HttpCache http() {
    return http;
  }

  public GitRepositories git() {
    return git;
  }
}
