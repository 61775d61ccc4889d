package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.FileData;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.Special;
import jbuild.layer.Symlink;

/**
 * One entry of a tree on one line, for tables of cases: {@code PATH [MODE] [UID:GID] [@MTIME]
 * REST}, where REST is {@code : CONTENT} for a file, {@code -> TARGET} for a symbolic link, {@code
 * = PATH} for another name of a file, {@code |} for a FIFO, {@code ~} for a socket and {@code !}
 * for an opaque directory. A path that ends with a slash is a directory. Modes are 644, 755 and
 * 777, owners and times 0 where nothing is said.
 */
record TreeLine(String path, int mode, int uid, int gid, long mtime, char kind, String text) {
  private static final Pattern FORM =
      Pattern.compile(
          "(\\S+)(?: ([0-7]{3,4}))?(?: (\\d+):(\\d+))?(?: @(\\d+))?(?: (:|->|=|\\||~|!) ?(.*))?");
  private static final String DIRECTORY = "/";

  static TreeLine parse(String line) {
    Matcher matcher = FORM.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an entry: " + line);
    }
    String path = matcher.group(1);
    boolean directory = path.endsWith(DIRECTORY);
    boolean opaque = directory && "!".equals(matcher.group(6));
    char kind = opaque ? '!' : directory ? '/' : matcher.group(6).charAt(0);
    int usual = directory ? 0755 : kind == '-' ? 0777 : 0644;
    return new TreeLine(
        directory ? path.substring(0, path.length() - 1) : path,
        matcher.group(2) == null ? usual : Integer.parseInt(matcher.group(2), 8),
        number(matcher.group(3)),
        number(matcher.group(4)),
        number(matcher.group(5)),
        kind,
        matcher.group(7) == null ? "" : matcher.group(7));
  }

  private static int number(String text) {
    return text == null ? 0 : Integer.parseInt(text);
  }

  @Override
  public String toString() {
    String rest =
        switch (kind) {
          case '/' -> "";
          case '-' -> " -> " + text;
          case '|', '~', '!' -> " " + kind;
          default -> " " + kind + " " + text;
        };
    return path
        + (kind == '/' || kind == '!' ? "/ " : " ")
        + Integer.toOctalString(mode)
        + (" " + uid + ":" + gid)
        + (" @" + mtime)
        + rest;
  }

  /** All lines in their canonical form and order. */
  static String canonical(List<String> lines) {
    TreeSet<String> sorted = new TreeSet<>();
    lines.forEach(line -> sorted.add(parse(line).toString()));
    return String.join("\n", sorted);
  }

  /** A tree that holds what the lines say. */
  static LayerTree tree(List<String> lines) {
    return tree(lines, true);
  }

  /**
   * @param described whether directories that no line describes are there as well
   */
  static LayerTree tree(List<String> lines, boolean described) {
    LayerTree tree = new LayerTree();
    if (described) {
      tree.root().setAttributes(Attributes.of(0755, 0, 0, 0));
    }
    Map<String, Inode> inodes = new HashMap<>();
    for (String text : lines) {
      TreeLine line = parse(text);
      Inode inode = line.kind == '=' ? inodes.get(line.text) : line.inode();
      inodes.put(line.path, inode);
      parent(tree, line.path, described).put(BytePath.parse(line.path).name(), inode);
    }
    return tree;
  }

  private static Directory parent(LayerTree tree, String path, boolean described) {
    Directory directory = tree.root();
    for (ByteString name : BytePath.parse(path).parent().names()) {
      if (directory.child(name) == null) {
        directory.put(
            name, described ? new Directory(Attributes.of(0755, 0, 0, 0)) : Directory.implied());
      }
      directory = (Directory) directory.child(name);
    }
    return directory;
  }

  private Inode inode() {
    Attributes attributes = Attributes.of(mode, uid, gid, mtime);
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    return switch (kind) {
      case '/' -> new Directory(attributes);
      case '-' -> new Symlink(attributes, ByteString.of(text));
      case '|' -> new Special(attributes, FileType.FIFO, 0, 0);
      default -> new RegularFile(attributes, content.length, new FileData.Bytes(content));
    };
  }

  /** Reads the content of a file of a tree that is being shown. */
  interface Contents {
    byte[] of(RegularFile file) throws IOException;
  }

  /** The entries of a tree, in the canonical form and order. */
  static String text(LayerTree tree, Contents contents) throws IOException {
    List<String> lines = new ArrayList<>();
    collect(lines, "", tree.root(), new IdentityHashMap<>(), contents);
    TreeSet<String> sorted = new TreeSet<>(lines);
    return String.join("\n", sorted);
  }

  private static void collect(
      List<String> lines,
      String prefix,
      Directory directory,
      IdentityHashMap<Inode, String> seen,
      Contents contents)
      throws IOException {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      String path = prefix + child.getKey();
      Inode inode = child.getValue();
      String first = inode instanceof Directory ? null : seen.putIfAbsent(inode, path);
      Attributes a = inode.attributes();
      char kind = '/';
      String text = "";
      if (first != null) {
        lines.add(parse(path + " = " + first).toString());
        continue;
      } else if (inode instanceof Directory below) {
        collect(lines, path + "/", below, seen, contents);
        kind = below.isOpaque() ? '!' : '/';
      } else if (inode instanceof Symlink link) {
        kind = '-';
        text = link.target().toString();
      } else if (inode instanceof RegularFile file) {
        kind = ':';
        text = new String(contents.of(file), StandardCharsets.UTF_8);
      } else if (inode.type() == FileType.FIFO) {
        kind = '|';
      } else {
        throw new IllegalStateException("not to be shown: " + inode.type());
      }
      lines.add(
          new TreeLine(
                  path,
                  a.mode(),
                  a.uid(),
                  a.gid(),
                  a.mtimeSeconds(),
                  kind,
                  text.replace("\n", "\\n"))
              .toString());
    }
  }
}
