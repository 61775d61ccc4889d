package jbuild.check;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.Flag;
import jbuild.buildfile.IgnoreRules;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.Word;

/** What COPY and ADD take, and remembers where they put it. */
final class CopyRules {
  private static final List<String> ARCHIVES =
      List.of(
          ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".lzma", ".zst", ".tzst");

  private final ShellWords words;
  private final IgnoreRules ignore;
  private final StageLinks links;

  CopyRules(ShellWords words, IgnoreRules ignore, StageLinks links) {
    this.words = words;
    this.ignore = ignore;
    this.links = links;
  }

  void check(Site site, StageScope scope) {
    if (site.instruction() instanceof Instruction.Copy copy) {
      Flag from = copy.from();
      String name = from == null ? null : from.value();
      if (from == null) {
        fromContext(site, scope, copy.transfer(), "Copy");
      } else if (name != null && isImage(name)) {
        boolean sameLine = from.range().startLine() == site.range().startLine();
        FromRules.unpinned(site, name, sameLine ? from.range() : site.range());
      }
      remember(scope, copy, copy.transfer());
    } else if (site.instruction() instanceof Instruction.Add add) {
      fromContext(site, scope, add.transfer(), "Add");
      instead(site, scope, add);
      remember(scope, add, add.transfer());
    }
  }

  private boolean isImage(String name) {
    boolean number = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      number &= Character.isDigit(name.charAt(i));
    }
    return !number && !links.isStage(name) && !FromRules.isOurs(name);
  }

  private String expand(Word word, StageScope scope) {
    return Expansion.of(words, word.text(), scope.variables()).text();
  }

  private void fromContext(
      Site site, StageScope scope, Instruction.Transfer transfer, String verb) {
    for (Word word : transfer.sources()) {
      String source = expand(word, scope);
      if (isRemote(source)) {
        continue;
      }
      String clean = CleanPath.of(source);
      boolean excluded = isExcluded(clean);
      if (excluded) {
        site.warn(
            Rule.COPY_IGNORED_FILE,
            site.at(word),
            "Attempting to " + verb + " file \"" + clean + "\" that is excluded by .dockerignore",
            null);
      } else if (SecretNames.isSecret(clean)) {
        site.warn(
            Rule.SECRET_COPIED,
            word.range(),
            source + " usually holds a secret, which everybody who has the image can read",
            "RUN --mount=type=secret leaves no trace");
      }
    }
  }

  /** With exceptions in the ignore file it cannot be told (validations.go). */
  private boolean isExcluded(String path) {
    if (ignore.isEmpty() || ignore.hasExceptions()) {
      return false;
    }
    if (path.equals(".") || path.equals("/")) {
      return ignore.namesEverything();
    }
    return ignore.decide(path).excluded();
  }

  static boolean isRemote(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    return lower.contains("://") || lower.startsWith("git@") || lower.contains(".git#");
  }

  private void instead(Site site, StageScope scope, Instruction.Add add) {
    for (String flag : List.of("checksum", "unpack", "keep-git-dir")) {
      if (add.origin().flag(flag) != null) {
        return;
      }
    }
    for (Word word : add.transfer().sources()) {
      String source = expand(word, scope);
      if (isRemote(source) || source.indexOf('$') >= 0 || isArchive(source)) {
        return;
      }
      Expansion expansion = Expansion.of(words, word.text(), scope.variables());
      if (!expansion.unmatched().isEmpty()) {
        return;
      }
    }
    site.warn(
        Rule.ADD_INSTEAD_OF_COPY,
        site.keywordRange(),
        "ADD does nothing here that COPY does not",
        "COPY cannot unpack or fetch by surprise");
  }

  /** A pattern for any name may find archives too. */
  private static boolean isArchive(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    for (String ending : ARCHIVES) {
      if (lower.endsWith(ending)) {
        return true;
      }
    }
    return lower.endsWith("*");
  }

  private void remember(StageScope scope, Instruction instruction, Instruction.Transfer transfer) {
    String written = expand(transfer.destination(), scope);
    String destination = CleanPath.join(scope.workdir(), written);
    int count = transfer.sources().size() + transfer.files().size();
    boolean directory = count > 1 || written.endsWith("/") || CleanPath.of(written).equals(".");
    for (Word word : transfer.sources()) {
      String source = expand(word, scope);
      String name = source.substring(source.lastIndexOf('/') + 1);
      boolean isFile = name.indexOf('.') > 0 && !name.contains("*") && !name.endsWith(".");
      boolean unpacked = instruction instanceof Instruction.Add && isArchive(source);
      if (directory && isFile && !unpacked) {
        scope.addMade(new MadeFiles(CleanPath.join(destination, name), false, instruction));
      } else {
        scope.addMade(new MadeFiles(destination, !isFile || unpacked, instruction));
      }
    }
  }

  /** File names that secrets usually have. */
  static final class SecretNames {
    private static final Set<String> NAMES =
        Set.of(
            "id_rsa",
            "id_dsa",
            "id_ecdsa",
            "id_ed25519",
            ".env",
            ".npmrc",
            ".pypirc",
            ".netrc",
            "_netrc",
            ".pgpass",
            ".git-credentials",
            ".dockercfg",
            "kubeconfig",
            "terraform.tfstate",
            ".aws",
            ".ssh",
            ".gnupg");

    private static final List<String> PATHS =
        List.of(
            ".aws/credentials",
            ".docker/config.json",
            ".kube/config",
            ".config/gcloud",
            ".cargo/credentials",
            ".cargo/credentials.toml");

    private static final List<String> ENDINGS = List.of(".p12", ".pfx", ".kdbx", "_rsa", ".ppk");

    /** Files of these names show which variables there are, without values. */
    private static final List<String> SAMPLES =
        List.of("example", "sample", "template", "dist", "default", "defaults");

    private SecretNames() {}

    static boolean isSecret(String path) {
      String lower = path.toLowerCase(Locale.ROOT);
      String name = lower.substring(lower.lastIndexOf('/') + 1);
      if (NAMES.contains(name)) {
        return true;
      }
      if (name.startsWith(".env.")) {
        return !SAMPLES.contains(name.substring(name.lastIndexOf('.') + 1));
      }
      for (String known : PATHS) {
        if (lower.equals(known) || lower.endsWith("/" + known)) {
          return true;
        }
      }
      for (String ending : ENDINGS) {
        if (name.endsWith(ending)) {
          return true;
        }
      }
      return false;
    }
  }
}
