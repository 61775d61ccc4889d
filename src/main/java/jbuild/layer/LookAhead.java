package jbuild.layer;

import java.util.List;

/**
 * Announces files that are not in a layer yet, so many bytes before they are read ({@link
 * HostFile#willNeed}).
 */
final class LookAhead {
  private static final long BYTES = 16 << 20;

  private final List<RegularFile> files;
  private int next;

  /** The sizes of those announced and not yet read. */
  private long ahead;

  /**
   * @param files in the order in which they will be read
   */
  LookAhead(List<RegularFile> files) {
    this.files = files;
  }

  /** To be called before the file of that number is read, for each in turn. */
  void reading(int number) {
    if (number > 0) {
      ahead -= files.get(number - 1).size();
    }
    while (next < files.size() && (next <= number || ahead < BYTES)) {
      RegularFile file = files.get(next++);
      ahead += file.size();
      if (file.data() instanceof FileData.Host host) {
        host.file().willNeed();
      }
    }
  }
}
