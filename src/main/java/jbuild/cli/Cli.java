package jbuild.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.build.BuildFailedException;
import jbuild.buildfile.BuildfileException;

/**
 * Finds the command, parses its options, runs it, and turns what went wrong into one message and an
 * exit code: 2 for a command line that cannot be meant, else what the command says of its failures.
 */
final class Cli {
  private final Console console;
  private final Doors doors;

  Cli(Console console) {
    this(console, Doors.MACHINE);
  }

  Cli(Console console, Doors doors) {
    this.console = console;
    this.doors = doors;
  }

  int run(String[] arguments) {
    List<String> words = Arrays.asList(arguments);
    if (words.isEmpty()) {
      console.err().print(Commands.overview());
      return Command.USAGE;
    }
    String first = words.get(0);
    if (first.equals("--help")
        || first.equals("-h")
        || (first.equals("help") && words.size() == 1)) {
      console.out().print(Commands.overview());
      return 0;
    }
    if (first.equals("--version")) {
      return execute("version", List.of());
    }
    if (first.equals("help")) {
      return execute(words.get(1), List.of("--help"));
    }
    if (Commands.exists(first) || first.equals(TrainCommand.NAME)) {
      return execute(first, words.subList(1, words.size()));
    }
    if (first.startsWith("-")) {
      // `jbuild -f Buildfile -t name` is the main job and needs no command's name.
      return execute("build", words);
    }
    console.say("jbuild: unknown command: " + first + Commands.suggestion(first));
    return Command.USAGE;
  }

  private int execute(String name, List<String> words) {
    Command command = Commands.create(name);
    if (command == null) {
      console.say("jbuild: unknown command: " + name + Commands.suggestion(name));
      return Command.USAGE;
    }
    CommandSpec spec = command.spec().with(GlobalOptions.options());
    Arguments parsed;
    try {
      parsed = spec.parse(words);
    } catch (UsageException wrong) {
      console.say("jbuild " + name + ": " + wrong.getMessage());
      console.say("try: jbuild " + name + " --help");
      return command.usageCode();
    }
    if (parsed.helpWanted()) {
      console.out().print(spec.help("jbuild " + name));
      return 0;
    }
    return run(command, parsed);
  }

  private int run(Command command, Arguments parsed) {
    boolean debug = parsed.flag("--debug");
    try (Wiring wiring = new Wiring(console, doors, parsed)) {
      int code = command.run(parsed, wiring);
      // A PrintStream keeps quiet about a full disk or a reader that went away.
      if (console.out().checkError()) {
        throw new IOException("write to standard output: it failed (disk full? reader gone?)");
      }
      return code;
    } catch (UsageException wrong) {
      console.say("jbuild: " + wrong.getMessage());
      return command.usageCode();
    } catch (Exception failure) {
      report(failure, debug);
      return command.failureCode();
    } catch (OutOfMemoryError full) {
      console.say(
          "jbuild: out of memory: the Java heap is full (raise it with JBUILD_JAVA_OPTS=-Xmx…)");
      return command.failureCode();
    } catch (Error broken) {
      report(broken, debug);
      return command.failureCode();
    }
  }

  private void report(Throwable failure, boolean debug) {
    if (failure instanceof BuildfileException inFile) {
      console.say(inFile.render());
    } else if (failure instanceof BuildFailedException inStep) {
      console.say(inStep.render());
    } else if (failure instanceof IOException) {
      console.say("jbuild: " + message(failure));
    } else {
      console.say("jbuild: internal error: " + failure + " (--debug shows where)");
    }
    if (debug) {
      failure.printStackTrace(console.err());
    }
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file or directory";
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied (are you root?)";
    }
    if (failure instanceof FileSystemException file && file.getReason() != null) {
      return file.getFile() + ": " + file.getReason();
    }
    return message == null ? failure.toString() : message;
  }
}
