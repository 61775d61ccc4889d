package jbuild.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import jbuild.io.ByteString;

/** Reads, writes and shows trees; the text of a tree shows every field of every entry. */
public final class Trees {
  private Trees() {}

  static LayerTree whole(byte[] tar) throws LayerException {
    return read(tar, LayerTreeBuilder.ofWholeTree(), tar.length);
  }

  static LayerTree changeSet(byte[] tar) throws LayerException {
    return read(tar, LayerTreeBuilder.ofChangeSet(), tar.length);
  }

  /** Feeds {@code tar} in pieces of {@code step} bytes. */
  static LayerTree read(byte[] tar, LayerTreeBuilder builder, int step) throws LayerException {
    TarReader reader = new TarReader("test.tar", builder);
    for (int at = 0; at < tar.length; at += step) {
      reader.feed(tar, at, Math.min(step, tar.length - at));
    }
    reader.finish();
    return builder.finish();
  }

  /** The canonical tar of a tree whose data lies in {@code devices}. */
  static byte[] write(LayerTree tree, byte[]... devices) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TarWriter(out, (file, offset) -> out.write(content(file, devices))).write(tree);
    return out.toByteArray();
  }

  static byte[] content(RegularFile file, byte[]... devices) {
    byte[] content = new byte[(int) file.size()];
    if (file.data() instanceof FileData.Bytes bytes) {
      return bytes.bytes();
    }
    if (file.data() instanceof FileData.Stored stored) {
      System.arraycopy(devices[stored.device()], (int) stored.offset(), content, 0, content.length);
    } else if (file.data() instanceof FileData.Sparse sparse) {
      for (FileData.Extent extent : sparse.extents()) {
        System.arraycopy(
            devices[sparse.device()],
            (int) extent.deviceOffset(),
            content,
            (int) extent.fileOffset(),
            (int) extent.length());
      }
    } else {
      throw new IllegalStateException("not to be shown: " + file.data());
    }
    return content;
  }

  /** One line an entry; hard links name the first name of their inode. */
  static String text(LayerTree tree, byte[]... devices) {
    StringBuilder text = new StringBuilder();
    Directory root = tree.root();
    text.append("/ ").append(describe(root, devices)).append('\n');
    append(text, "", root, new IdentityHashMap<>(), devices);
    return text.toString();
  }

  private static void append(
      StringBuilder text,
      String prefix,
      Directory directory,
      IdentityHashMap<Inode, String> seen,
      byte[]... devices) {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      Inode inode = child.getValue();
      String path = prefix + child.getKey();
      String first = inode instanceof Directory ? null : seen.putIfAbsent(inode, path);
      text.append(path).append(' ');
      text.append(first != null ? "= " + first : describe(inode, devices)).append('\n');
      if (inode instanceof Directory below) {
        append(text, path + "/", below, seen, devices);
      }
    }
  }

  private static String describe(Inode inode, byte[]... devices) {
    if (inode instanceof Whiteout) {
      return "whiteout";
    }
    if (inode instanceof LinkBelow link) {
      return "link below to " + link.target();
    }
    String common = inode.type() + " " + attributes(inode.attributes());
    if (inode instanceof Directory directory) {
      return common
          + (directory.isOpaque() ? " opaque" : "")
          + (directory.isImplied() ? " implied" : "");
    }
    if (inode instanceof RegularFile file) {
      return common + " " + file.size() + " " + shown(content(file, devices));
    }
    if (inode instanceof Symlink link) {
      return common + " -> " + link.target();
    }
    Special special = (Special) inode;
    return common + " " + special.deviceMajor() + ":" + special.deviceMinor();
  }

  /** Short content as it is, long content by its checksum. */
  public static String shown(byte[] content) {
    if (content.length <= 40) {
      return ByteString.of(content).toString();
    }
    CRC32 crc = new CRC32();
    crc.update(content);
    return "crc " + Long.toHexString(crc.getValue());
  }

  public static String attributes(Attributes a) {
    StringBuilder text = new StringBuilder();
    text.append(Integer.toOctalString(a.mode())).append(' ');
    text.append(Integer.toUnsignedString(a.uid())).append(':');
    text.append(Integer.toUnsignedString(a.gid())).append(' ');
    text.append(a.mtimeSeconds()).append('+').append(a.mtimeNanos());
    a.xattrs().forEach((k, v) -> text.append(' ').append(k).append('=').append(ByteString.of(v)));
    return text.toString();
  }

  /** Merges and hides the exception a test need not declare in a lambda. */
  static LayerTree merge(List<LayerTree> layers) {
    try {
      return Merge.of(layers);
    } catch (LayerException e) {
      throw new UncheckedIOException(e);
    }
  }
}
