package jbuild.graph;

import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.SyntaxException;
import jbuild.buildfile.Word;
import jbuild.oci.Digest;
import jbuild.oci.OciFormatException;
import org.jspecify.annotations.Nullable;

/** What one ADD fetches, and the flags that are about that. */
final class RemoteSources {
  private static final String CHECKSUM = "--checksum=";

  private final Buildfile buildfile;
  private final boolean isAdd;
  private final SourceRange range;
  private final @Nullable String checksum;
  private final @Nullable Boolean keepsGitDir;

  private RemoteSources(
      Buildfile buildfile,
      Instruction instruction,
      @Nullable String checksum,
      @Nullable Boolean keepsGitDir) {
    this.buildfile = buildfile;
    this.isAdd = instruction instanceof Instruction.Add;
    this.range = instruction.origin().range();
    this.checksum = checksum;
    this.keepsGitDir = keepsGitDir;
  }

  static RemoteSources of(
      Buildfile buildfile,
      WordExpander words,
      Instruction instruction,
      Instruction.Transfer transfer)
      throws BuildfileException {
    Flag flag = instruction.origin().flag("checksum");
    String checksum = flag == null ? null : words.expand(flag);
    if (flag != null && transfer.sources().size() + transfer.files().size() != 1) {
      throw buildfile.error(
          flag.range(), "--checksum is of one source, and here are several", "use an ADD for each");
    }
    Flag keep = instruction.origin().flag("keep-git-dir");
    return new RemoteSources(
        buildfile,
        instruction,
        checksum == null || checksum.isEmpty() ? null : checksum,
        keep == null ? null : keep.isOn());
  }

  /** A source that is no path of the input. */
  Operation.Source source(Word word, String written) throws BuildfileException {
    if (!isAdd) {
      throw buildfile.error(
          word.range(), "COPY cannot fetch: " + written, "ADD is the instruction for URLs");
    }
    if (GitUrl.isGit(written)) {
      return new Operation.Source(
          ".", false, RemoteSource.hideUser(written), 0, git(word, written));
    }
    if (!RemoteSource.isHttp(written)) {
      throw buildfile.error(word.range(), "not the URL of a git repository: " + written);
    }
    if (checksum != null) {
      checkDigest(checksum);
    }
    RemoteSource.Http http = new RemoteSource.Http(written, checksum);
    return new Operation.Source(http.name(), false, RemoteSource.hideUser(written), 0, http);
  }

  private void checkDigest(String text) throws BuildfileException {
    try {
      Digest.parse(text);
    } catch (OciFormatException e) {
      throw buildfile.error(
          range, CHECKSUM + text + ": not a checksum", "it is of the form sha256: and 64 digits");
    }
  }

  private RemoteSource git(Word word, String written) throws BuildfileException {
    try {
      GitUrl url = GitUrl.parse(written);
      if (checksum != null) {
        url = url.withCommit(checksum);
      }
      Boolean queried = url.keepsGitDir();
      if (queried != null && keepsGitDir != null && !queried.equals(keepsGitDir)) {
        throw new SyntaxException("--keep-git-dir says one thing and the URL the other");
      }
      boolean keeps = queried != null ? queried : keepsGitDir != null && keepsGitDir;
      return new RemoteSource.Git(written, url, keeps);
    } catch (SyntaxException e) {
      throw buildfile.error(word.range(), String.valueOf(e.getMessage()));
    }
  }

  /** A path of the input has no checksum. */
  void checkLocal(String written) throws BuildfileException {
    if (checksum != null) {
      throw buildfile.error(
          range,
          CHECKSUM
              + checksum
              + (isAdd ? " is of what is fetched, and " + written + " is not" : " is of ADD"));
    }
  }
}
