package jbuild.cli;

import java.util.HashSet;
import java.util.Set;

/** What {@code --limits=best-effort} says: each limit once, however many steps have it. */
final class DroppedLimits {
  private final Console console;
  private final Set<String> said = new HashSet<>();

  DroppedLimits(Console console) {
    this.console = console;
  }

  void say(String message) {
    boolean isNew;
    synchronized (said) {
      isNew = said.add(message);
    }
    if (isNew) {
      console.say("note: limit dropped: " + message);
    }
  }
}
