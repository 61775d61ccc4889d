package jbuild.base;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.io.ByteString;

/** What an import leaves out: one note a kind, however many there are. */
final class LeftOut {
  private static final class Kind {
    final String first;
    int count;

    Kind(String first) {
      this.first = first;
    }
  }

  private final Map<String, Kind> kinds = new LinkedHashMap<>();

  /**
   * @param what a kind of thing, in the singular
   */
  void add(String what, MediumFile.Where directory, ByteString name) {
    kinds.computeIfAbsent(what, kind -> new Kind(directory.of(name))).count++;
  }

  List<String> notes() {
    List<String> notes = new ArrayList<>();
    kinds.forEach(
        (what, kind) ->
            notes.add(
                kind.first
                    + ": left out, "
                    + what
                    + (kind.count == 1 ? "" : "; and " + (kind.count - 1) + " more")));
    return notes;
  }
}
