package jbuild.step;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import jbuild.layer.FileData;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.TarWriter;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** Archives as people make them. */
final class TestArchives {
  private TestArchives() {}

  static byte[] pack(LayerTree tree, String format) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    new TarWriter(tar, new InMemory(tar)).write(tree);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    if (format.equals("zip")) {
      try (ZipOutputStream zip = new ZipOutputStream(packed)) {
        zip.putNextEntry(new ZipEntry("inner.tar"));
        zip.write(tar.toByteArray());
      }
      return packed.toByteArray();
    }
    try (OutputStream out =
        switch (format) {
          case "gzip" -> new GZIPOutputStream(packed);
          case "bzip2" -> new BZip2CompressorOutputStream(packed);
          case "xz" -> new XZCompressorOutputStream(packed);
          case "zstd" -> new ZstdCompressorOutputStream(packed);
          default -> packed;
        }) {
      out.write(tar.toByteArray());
    }
    return packed.toByteArray();
  }

  private record InMemory(OutputStream out) implements TarWriter.Content {
    @Override
    public void write(RegularFile file, long offset) throws IOException {
      out.write(((FileData.Bytes) file.data()).bytes());
    }
  }
}
