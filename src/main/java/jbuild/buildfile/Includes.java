package jbuild.buildfile;

/** Where the files come from that INCLUDE names: the parser itself reads nothing. */
public interface Includes {
  /** Refuses all: for texts that have no place in a file system. */
  Includes NONE =
      (including, path) -> {
        throw new SyntaxException("there are no files to include here");
      };

  /** A file that was found. */
  final class File {
    private final String fileName;
    private final byte[] text;

    /**
     * A file that is handed over: its text must not be changed any more.
     *
     * @param fileName as messages shall name it; the same file has the same name, so that a loop is
     *     noticed
     */
    public File(String fileName, byte[] text) {
      this.fileName = fileName;
      this.text = text;
    }

    String fileName() {
      return fileName;
    }

    byte[] text() {
      return text;
    }
  }

  /**
   * Finds a file.
   *
   * @param including name of the file in which the INCLUDE stands
   * @param path as it is written, relative to the directory of that file
   * @throws SyntaxException when there is none or it must not be read; the message says why
   */
  File find(String including, String path) throws SyntaxException;
}
