package jbuild.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.FileData;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerTreeBuilder;
import jbuild.layer.RegularFile;
import jbuild.layer.TarReader;

/** The files of an image as a test looks at them: read from an export, without privilege. */
final class ImageFiles {
  private final Map<String, String> lines = new TreeMap<>();
  private final Map<String, String> contents = new TreeMap<>();

  static ImageFiles of(Session session, String image) throws IOException {
    Path tar = session.context().resolveSibling(image + ".tar");
    session.jbuild("export", image, "-o", tar.toString()).succeeds();
    byte[] bytes = Files.readAllBytes(tar);
    Files.delete(tar);
    LayerTreeBuilder builder = LayerTreeBuilder.ofWholeTree();
    TarReader reader = new TarReader(image, builder);
    reader.feed(bytes, 0, bytes.length);
    reader.finish();
    LayerTree tree = builder.finish();
    ImageFiles files = new ImageFiles();
    files.add("", tree.root(), bytes);
    return files;
  }

  private void add(String prefix, Directory directory, byte[] tar) {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      String path = prefix + "/" + child.getKey();
      Inode inode = child.getValue();
      lines.put(
          path,
          Integer.toOctalString(inode.mode())
              + " "
              + inode.uid()
              + ":"
              + inode.gid()
              + " "
              + inode.mtimeSeconds());
      if (inode instanceof RegularFile file) {
        int start = file.data() instanceof FileData.Stored stored ? (int) stored.offset() : 0;
        contents.put(path, new String(tar, start, (int) file.size(), StandardCharsets.UTF_8));
      } else if (inode instanceof Directory below) {
        add(path, below, tar);
      }
    }
  }

  /** All paths, directories included. */
  List<String> paths() {
    return List.copyOf(lines.keySet());
  }

  /** {@code MODE UID:GID MTIME}. */
  String line(String path) {
    return String.valueOf(lines.get(path));
  }

  String content(String path) {
    return String.valueOf(contents.get(path));
  }
}
