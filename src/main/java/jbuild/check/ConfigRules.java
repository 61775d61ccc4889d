package jbuild.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jbuild.buildfile.CommandLine;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.SyntaxException;
import jbuild.buildfile.Word;

/** BuildKit's rules about instructions that change the image's configuration. */
final class ConfigRules {
  /** Words of names, between underscores, as validations.go has them. */
  private static final Set<String> SECRET =
      Set.of(
          "apikey",
          "auth",
          "credential",
          "credentials",
          "key",
          "password",
          "pword",
          "passwd",
          "secret",
          "token");

  private static final Set<String> NO_SECRET = Set.of("public", "file", "version");

  private final ShellWords words;

  ConfigRules(ShellWords words) {
    this.words = words;
  }

  /** Looks at the instruction; the scope is what holds before it, but for variables. */
  void check(Site site, StageScope scope) {
    Instruction instruction = site.instruction();
    if (instruction instanceof Instruction.Env env) {
      legacy(site, env.pairs());
      for (Instruction.Pair pair : env.pairs()) {
        secret(site, "ENV", pair.name());
      }
    } else if (instruction instanceof Instruction.Label label) {
      legacy(site, label.pairs());
    } else if (instruction instanceof Instruction.Arg arg) {
      for (Instruction.Definition definition : arg.definitions()) {
        secret(site, "ARG", definition.name());
      }
    } else if (instruction instanceof Instruction.Cmd cmd) {
      once(site, scope);
      json(site, scope, cmd.command());
    } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
      once(site, scope);
      json(site, scope, entrypoint.command());
    } else if (instruction instanceof Instruction.HealthcheckInstruction) {
      once(site, scope);
    } else if (instruction instanceof Instruction.Workdir workdir) {
      workdir(site, scope, workdir);
    } else if (instruction instanceof Instruction.Shell shell) {
      scope.setShell(shell.argv());
    } else if (instruction instanceof Instruction.Expose expose) {
      expose(site, scope, expose);
    }
  }

  private static void legacy(Site site, List<Instruction.Pair> pairs) {
    for (Instruction.Pair pair : pairs) {
      if (pair.legacy()) {
        String keyword = site.keyword();
        site.warn(
            Rule.LEGACY_KEY_VALUE_FORMAT,
            "\""
                + keyword
                + " key=value\" should be used instead of legacy \""
                + keyword
                + " key value\" format");
      }
    }
  }

  private static void secret(Site site, String keyword, Word name) {
    boolean secret = false;
    boolean harmless = false;
    for (String part : name.text().toLowerCase(Locale.ROOT).split("_", -1)) {
      secret |= SECRET.contains(part);
      harmless |= NO_SECRET.contains(part);
    }
    if (secret && !harmless) {
      site.warn(
          Rule.SECRETS_USED_IN_ARG_OR_ENV,
          site.at(name),
          "Do not use ARG or ENV instructions for sensitive data ("
              + keyword
              + " \""
              + name
              + "\")",
          "RUN --mount=type=secret leaves no trace");
    }
  }

  /** The earlier one is pointed at: it is the one that has no effect. */
  private static void once(Site site, StageScope scope) {
    SourceRange earlier = scope.single().put(site.instruction().origin().keyword(), site.range());
    if (earlier != null) {
      site.warn(
          Rule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
          earlier,
          "Multiple "
              + site.keyword()
              + " instructions should not be used in the same stage because only the last one will"
              + " be used",
          null);
    }
  }

  private static void json(Site site, StageScope scope, CommandLine command) {
    if (command instanceof CommandLine.Shell && scope.shell().isEmpty()) {
      site.warn(
          Rule.JSON_ARGS_RECOMMENDED,
          "JSON arguments recommended for "
              + site.keyword()
              + " to prevent unintended behavior related to OS signals");
    }
  }

  private void workdir(Site site, StageScope scope, Instruction.Workdir workdir) {
    String path = Expansion.of(words, workdir.path().text(), scope.variables()).text();
    if (!scope.isWorkdirSet() && !path.startsWith("/")) {
      site.warn(
          Rule.WORKDIR_RELATIVE_PATH,
          site.at(workdir.path()),
          "Relative workdir \"" + path + "\" can have unexpected results if the base image changes",
          null);
    }
    scope.enter(path);
  }

  private void expose(Site site, StageScope scope, Instruction.Expose expose) {
    for (Word word : expose.ports()) {
      for (String port : split(word, scope)) {
        int colon = port.lastIndexOf(':');
        int slash = port.indexOf('/', colon + 1);
        String protocol = slash < 0 ? "" : port.substring(slash + 1);
        if (!protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
          site.warn(
              Rule.EXPOSE_PROTO_CASING,
              site.at(word),
              "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase",
              null);
        }
        if (colon > 0) {
          site.warn(
              Rule.EXPOSE_INVALID_FORMAT,
              site.at(word),
              "EXPOSE instruction should not define an IP address or host-port mapping, found '"
                  + port
                  + "'",
              null);
        }
      }
    }
  }

  private List<String> split(Word word, StageScope scope) {
    try {
      return words.split(word.text(), scope.variables()::get);
    } catch (SyntaxException e) {
      return new ArrayList<>(); // the build says so
    }
  }
}
