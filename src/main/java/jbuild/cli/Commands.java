package jbuild.cli;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Suggestion;
import org.jspecify.annotations.Nullable;

/** The commands by name. One is created when it is asked for: start-up is paid by every call. */
final class Commands {
  private static final String[][] NAMES = {
    {"build", "Build an image from a Buildfile (the default command)"},
    {"check", "Check a Buildfile without building it"},
    {"run", "Run a command in a new container"},
    {"images", "List the images"},
    {"import", "Make an image from a root file system"},
    {"ls", "List directories inside media and images"},
    {"cat", "Print files inside media and images"},
    {"export", "Write an image's root file system as a tar"},
    {"rootfs", "Write an image's root file system into a directory"},
    {"mount", "Mount an image's root file system, or list the mounts"},
    {"umount", "Unmount images"},
    {"inspect", "Show an image's configuration and layers"},
    {"history", "Show the steps that made an image"},
    {"tag", "Give an image another name"},
    {"rmi", "Remove images' names, and what nothing else needs"},
    {"ps", "List containers"},
    {"stats", "Show what running containers use"},
    {"pause", "Stop the processes of containers for a while"},
    {"unpause", "Let paused containers go on"},
    {"rm", "Remove containers"},
    {"gc", "Remove what nothing needs any more"},
    {"fsck", "Verify the data root, and repair what can be made again"},
    {"version", "Show the version"},
  };

  private Commands() {}

  static boolean exists(String name) {
    for (String[] command : NAMES) {
      if (command[0].equals(name)) {
        return true;
      }
    }
    return false;
  }

  static @Nullable Command create(String name) {
    return switch (name) {
      case "build" -> new BuildCommand();
      case "check" -> new CheckCommand();
      case "run" -> new RunCommand();
      case "images" -> new ImagesCommand();
      case "import" -> new ImportCommand();
      case "ls" -> new LsCommand();
      case "cat" -> new CatCommand();
      case "export" -> new ExportCommand();
      case "rootfs" -> new RootfsCommand();
      case "mount" -> new MountCommand();
      case "umount" -> new UmountCommand();
      case "inspect" -> new InspectCommand();
      case "history" -> new HistoryCommand();
      case "tag" -> new TagCommand();
      case "rmi" -> new RmiCommand();
      case "ps" -> new PsCommand();
      case "stats" -> new StatsCommand();
      case "pause" -> FreezeCommand.pause();
      case "unpause" -> FreezeCommand.unpause();
      case "rm" -> new RmCommand();
      case "gc" -> new GcCommand();
      case "fsck" -> new FsckCommand();
      case "version" -> new VersionCommand();
      case "train" -> new TrainCommand();
      default -> null;
    };
  }

  static String overview() {
    StringBuilder text = new StringBuilder();
    text.append("Usage: jbuild [-f Buildfile] -t NAME [OPTIONS] [CONTEXT]\n");
    text.append("       jbuild COMMAND [OPTIONS] [ARGUMENTS]\n\n");
    text.append(
        "Builds images from Buildfiles, runs them, and keeps them as an OCI image layout.\n\n");
    text.append("Commands:\n");
    for (String[] command : NAMES) {
      text.append("  ").append(command[0]).append(" ".repeat(10 - command[0].length()));
      text.append(command[1]).append('\n');
    }
    text.append("\n'jbuild COMMAND --help' shows the options of a command.\n");
    return text.toString();
  }

  /** What the user may have meant. */
  static String suggestion(String word) {
    List<String> names = new ArrayList<>();
    for (String[] command : NAMES) {
      names.add(command[0]);
    }
    String hint = Suggestion.hint(word, names);
    return " (" + (hint == null ? "jbuild --help lists them" : hint) + ")";
  }
}
