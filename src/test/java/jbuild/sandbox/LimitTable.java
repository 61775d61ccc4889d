package jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of docs/cgroups.md that says what each limit does here, by jbuild and by runc. */
final class LimitTable {
  private static final Path DOCUMENT = Path.of("docs/cgroups.md");
  private static final String HEAD = "| tried | jbuild, version 1 | runc, version 1 |";

  private LimitTable() {}

  /** One line a row: its name, and what stands in the column for this machine's version. */
  static String column(int runtime) throws IOException {
    boolean version2 = !Files.isDirectory(Path.of("/sys/fs/cgroup/pids"));
    List<String> lines = new ArrayList<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      inTable = line.startsWith(HEAD) || (inTable && line.startsWith("|"));
      if (inTable && !line.startsWith(HEAD) && !line.startsWith("|---")) {
        String[] cells = line.split("\\|", -1);
        lines.add(cells[1].strip() + ": " + cells[1 + runtime + (version2 ? 2 : 0)].strip());
      }
    }
    return String.join("\n", lines);
  }

  /** A failure without what differs from run to run. */
  static String failure(Exception e) {
    String message = String.valueOf(e.getMessage());
    int missing = message.indexOf("controller is missing");
    int absent = message.indexOf(": there is no ");
    int nothing = message.indexOf(" has nothing for it");
    if (missing >= 0) {
      String before = message.substring(0, missing).strip();
      return "error: the "
          + before.substring(before.lastIndexOf(' ') + 1)
          + " controller is missing";
    }
    if (absent >= 0) {
      String files = message.substring(absent + 2);
      return "error: " + files.substring(0, files.indexOf(" in /"));
    }
    if (nothing >= 0) {
      String before = message.substring(0, nothing);
      return "error: " + before.substring(before.indexOf(": ") + 2) + " has nothing for it";
    }
    int weights = message.indexOf(": no device has an I/O scheduler with weights");
    if (weights >= 0) {
      return "error: " + message.substring(weights + 2, message.indexOf(" (", weights));
    }
    // time="…" level=error msg="runc run failed: …: the reason"
    int runc = message.lastIndexOf("msg=\"runc run failed: ");
    if (runc >= 0) {
      String reason = message.substring(message.lastIndexOf("process: ") + 9);
      return "error: " + reason.replaceAll("[\"\\\\]|/sys/fs/cgroup/[^/]*/", "");
    }
    return message;
  }
}
