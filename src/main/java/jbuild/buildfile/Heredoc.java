package jbuild.buildfile;

/**
 * An inline document, {@code <<NAME} to the line that is exactly {@code NAME}.
 *
 * @param name the delimiter without its quotes
 * @param expand whether the delimiter was unquoted, so that variables in the content are expanded
 *     (by the builder in COPY and ADD, by the shell in RUN)
 * @param chomp whether it was written {@code <<-}: leading tabs of each line do not count
 * @param descriptor the number before {@code <<}, 0 when there is none
 * @param content the lines as they stand in the file, including their tabs and line ends
 */
public record Heredoc(String name, boolean expand, boolean chomp, int descriptor, String content) {

  /** The content as its reader sees it: without leading tabs if the document was {@code <<-}. */
  public String body() {
    if (!chomp) {
      return content;
    }
    StringBuilder body = new StringBuilder(content.length());
    boolean lineStart = true;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (lineStart && c == '\t') {
        continue;
      }
      lineStart = c == '\n';
      body.append(c);
    }
    return body.toString();
  }
}
