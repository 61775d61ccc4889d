package jbuild.step;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jbuild.io.ByteString;
import jbuild.io.Compression;
import jbuild.io.CorruptInputException;
import jbuild.layer.Directory;
import jbuild.layer.DiskFile;
import jbuild.layer.DiskFileReader;
import jbuild.layer.FileData;
import jbuild.layer.HostFile;
import jbuild.layer.Inode;
import jbuild.layer.LayerException;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerTreeBuilder;
import jbuild.layer.RegularFile;
import jbuild.layer.TarReader;
import org.jspecify.annotations.Nullable;

/**
 * A tar, compressed or not, as ADD unpacks it: told by its content alone, read and decompressed
 * once, from the front to the end. Its names stay in it: they are clamped to its root, and symbolic
 * links on their way are followed inside it ({@link LayerTreeBuilder}).
 */
public final class Archive implements AutoCloseable {
  private static final int BUFFER = 256 << 10;
  private static final int HEADER = 512;

  private final ArchiveBytes bytes;
  private final LayerTree tree;

  private Archive(ArchiveBytes bytes, LayerTree tree) {
    this.bytes = bytes;
    this.tree = tree;
  }

  /**
   * Reads {@code file} to its end if it is an archive.
   *
   * @param content the same file, to be read once
   * @param scratch a directory for what has to be kept while the archive is open
   * @return null for what is no archive: an empty file, a zip, what only starts like compressed
   * @throws IOException for an archive that is damaged
   */
  public static @Nullable Archive open(HostFile file, HostFile content, Path scratch)
      throws IOException {
    try (InputStream raw = new BufferedInputStream(Channels.newInputStream(content.open()))) {
      raw.mark(Compression.HEAD);
      byte[] head = raw.readNBytes(Compression.HEAD);
      raw.reset();
      boolean isPlain = Compression.detect(head, head.length) == Compression.NONE;
      try (InputStream plain = Compression.readAhead(raw)) {
        byte[] header = firstHeader(plain);
        if (header == null) {
          return null;
        }
        return isPlain && file instanceof DiskFile disk
            ? read(file, header, plain, new DiskBytes(disk.openReader()), null)
            : read(file, header, plain, scratch);
      }
    } catch (CorruptInputException damaged) {
      throw new CopyException("unpack " + file + ": " + damaged.getMessage(), damaged);
    }
  }

  private static byte @Nullable [] firstHeader(InputStream plain) throws IOException {
    try {
      byte[] header = plain.readNBytes(HEADER);
      return TarReader.startsWithHeader(header) ? header : null;
    } catch (CorruptInputException notCompressed) {
      return null; // it only starts like a compressed file
    }
  }

  private static Archive read(HostFile file, byte[] header, InputStream plain, Path scratch)
      throws IOException {
    ArchiveSpill spill = new ArchiveSpill(scratch);
    return read(file, header, plain, spill, spill);
  }

  private static Archive read(
      HostFile file,
      byte[] header,
      InputStream plain,
      ArchiveBytes bytes,
      @Nullable ArchiveSpill spill)
      throws IOException {
    try {
      LayerTreeBuilder builder = LayerTreeBuilder.ofArchive();
      TarReader reader = new TarReader(file.toString(), builder);
      byte[] buffer = new byte[BUFFER];
      System.arraycopy(header, 0, buffer, 0, header.length);
      for (int count = header.length; count >= 0; count = plain.read(buffer)) {
        boolean ended = reader.skippable() == Long.MAX_VALUE;
        if (!ended) {
          reader.feed(buffer, 0, count);
          if (spill != null) {
            spill.append(buffer, count);
          }
        }
      }
      reader.finish();
      if (spill != null) {
        spill.finish();
      }
      LayerTree tree = builder.finish();
      locate(file.toString(), bytes, tree.root());
      return new Archive(bytes, tree);
    } catch (LayerException wrong) {
      bytes.close();
      throw new CopyException("unpack " + file + ": " + wrong.getMessage(), wrong);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  /** Has all files of the tree know where their bytes are. */
  private static void locate(String label, ArchiveBytes bytes, Directory directory) {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      if (child.getValue() instanceof Directory below) {
        locate(label + "/" + child.getKey(), bytes, below);
      } else if (child.getValue() instanceof RegularFile file) {
        List<FileData.Extent> extents = extents(file);
        if (extents != null) {
          String name = label + "/" + child.getKey();
          file.setData(new FileData.Host(new ArchiveMember(name, bytes, extents, file.size())));
        }
      }
    }
  }

  private static @Nullable List<FileData.Extent> extents(RegularFile file) {
    if (file.data() instanceof FileData.Stored stored) {
      return List.of(new FileData.Extent(0, file.size(), stored.offset()));
    }
    return file.data() instanceof FileData.Sparse sparse ? sparse.extents() : null;
  }

  /** The members; their contents can be read until the archive is closed. */
  LayerTree tree() {
    return tree;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  private record DiskBytes(DiskFileReader reader) implements ArchiveBytes {
    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return reader.read(to, position);
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
