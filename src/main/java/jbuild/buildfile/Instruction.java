package jbuild.buildfile;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One instruction, checked as far as that is possible without knowing any variable's value. All
 * texts are unexpanded. The records below are the whole language.
 */
public sealed interface Instruction {
  Origin origin();

  <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

  /** A name and its value in ENV and LABEL; {@code legacy} is the form without {@code =}. */
  record Pair(Word name, Word value, boolean legacy) {}

  /** A name in ARG, with its default if it has one. */
  record Definition(Word name, @Nullable Word value) {}

  /** FROM [--platform=P] BASE [AS NAME]; the name is in lower case. */
  record From(Origin origin, Word base, @Nullable Word name) implements Instruction {
    public @Nullable Flag platform() {
      return origin.flag("platform");
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Arg(Origin origin, List<Definition> definitions) implements Instruction {
    public Arg {
      definitions = List.copyOf(definitions);
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Env(Origin origin, List<Pair> pairs) implements Instruction {
    public Env {
      pairs = List.copyOf(pairs);
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Label(Origin origin, List<Pair> pairs) implements Instruction {
    public Label {
      pairs = List.copyOf(pairs);
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Maintainer(Origin origin, Word name) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Run(Origin origin, CommandLine command, List<Heredoc> heredocs) implements Instruction {
    public Run {
      heredocs = List.copyOf(heredocs);
    }

    /** Whether the command is nothing but one here-document: it is the script then. */
    public boolean isLoneHeredoc() {
      return !heredocs.isEmpty()
          && command instanceof CommandLine.Shell shell
          && HeredocMark.parse(shell.text()) != null;
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** COPY and ADD: what is copied and where to. */
  record Transfer(List<Word> sources, List<Heredoc> files, Word destination) {
    public Transfer {
      sources = List.copyOf(sources);
      files = List.copyOf(files);
    }
  }

  record Copy(Origin origin, Transfer transfer) implements Instruction {
    public @Nullable Flag from() {
      return origin.flag("from");
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Add(Origin origin, Transfer transfer) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Cmd(Origin origin, CommandLine command) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Entrypoint(Origin origin, CommandLine command) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Expose(Origin origin, List<Word> ports) implements Instruction {
    public Expose {
      ports = List.copyOf(ports);
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Volume(Origin origin, List<Word> paths) implements Instruction {
    public Volume {
      paths = List.copyOf(paths);
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record User(Origin origin, Word user) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Workdir(Origin origin, Word path) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record StopSignal(Origin origin, Word signal) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record Shell(Origin origin, List<String> argv) implements Instruction {
    public Shell {
      argv = List.copyOf(argv);
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  record HealthcheckInstruction(Origin origin, Healthcheck healthcheck) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** ONBUILD: the trigger's text as the image configuration keeps it, and what it says. */
  record Onbuild(Origin origin, String expression, Instruction trigger) implements Instruction {
    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** UNSET ENV|LABEL|VOLUME|EXPOSE NAME…: takes away what the base or an earlier line has set. */
  record Unset(Origin origin, Kind kind, List<Word> names) implements Instruction {
    /** What can be taken away. */
    public enum Kind {
      ENV,
      LABEL,
      VOLUME,
      EXPOSE;

      static final List<String> NAMES = List.of("ENV", "LABEL", "VOLUME", "EXPOSE");

      static @Nullable Kind find(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return NAMES.contains(upper) ? valueOf(upper) : null;
      }
    }

    public Unset {
      names = List.copyOf(names);
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** One method an instruction, so that the compiler finds who forgot one. */
  interface Visitor<R, X extends Exception> {
    R visit(From from) throws X;

    R visit(Arg arg) throws X;

    R visit(Env env) throws X;

    R visit(Label label) throws X;

    R visit(Maintainer maintainer) throws X;

    R visit(Run run) throws X;

    R visit(Copy copy) throws X;

    R visit(Add add) throws X;

    R visit(Cmd cmd) throws X;

    R visit(Entrypoint entrypoint) throws X;

    R visit(Expose expose) throws X;

    R visit(Volume volume) throws X;

    R visit(User user) throws X;

    R visit(Workdir workdir) throws X;

    R visit(StopSignal stopSignal) throws X;

    R visit(Shell shell) throws X;

    R visit(HealthcheckInstruction healthcheck) throws X;

    R visit(Onbuild onbuild) throws X;

    R visit(Unset unset) throws X;
  }
}
