package jbuild.fs.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import jbuild.io.BlockCache;
import jbuild.io.BlockDecoder;
import jbuild.io.BlockDecoders;
import jbuild.io.CorruptInputException;
import jbuild.io.PrefixDecoders;

/**
 * Decodes physical clusters: the runs of bytes that were compressed together. Decoded ones are kept
 * in the cache by their position. Files that share a cluster may use parts of it, but all of them
 * its beginning.
 */
final class PclusterDecoder {
  private final String label;
  private final Devices devices;
  private final BlockCache cache;
  private final boolean zeroPadded;
  private final Map<Coding, BlockDecoder> wholes = new EnumMap<>(Coding.class);
  private final Map<Coding, BlockDecoder> prefixes = new EnumMap<>(Coding.class);

  PclusterDecoder(String label, VolumeSuperblock superblock, Devices devices, BlockCache cache) {
    this.label = label + ": compressed data";
    this.devices = devices;
    this.cache = cache;
    CompressionConfigs configs = superblock.compression();
    this.zeroPadded = (superblock.incompat() & VolumeSuperblock.ZERO_PADDING) != 0;
    if (configs.has(Coding.LZ4)) {
      // Without the padding nobody knows where the compressed bytes end.
      wholes.put(Coding.LZ4, zeroPadded ? BlockDecoders.lz4() : PrefixDecoders.lz4());
      prefixes.put(Coding.LZ4, PrefixDecoders.lz4());
    }
    if (configs.has(Coding.LZMA)) {
      wholes.put(Coding.LZMA, BlockDecoders.microLzma(configs.lzmaDictionary()));
      prefixes.put(Coding.LZMA, PrefixDecoders.microLzma());
    }
    if (configs.has(Coding.DEFLATE)) {
      wholes.put(Coding.DEFLATE, BlockDecoders.deflate());
      prefixes.put(Coding.DEFLATE, PrefixDecoders.deflate());
    }
    if (configs.has(Coding.ZSTD)) {
      wholes.put(Coding.ZSTD, BlockDecoders.zstd());
      prefixes.put(Coding.ZSTD, PrefixDecoders.zstd());
    }
  }

  /** The bytes of a compressed extent; there may be more behind them. */
  byte[] decoded(Extent extent) throws IOException {
    byte[] block = cache.get(this, extent.position(), length(extent), () -> decode(extent));
    // Another file may have needed less of the cluster.
    return block.length >= length(extent) ? block : decode(extent);
  }

  /** Has a compressed extent decoded ahead; false when there is no room for it. */
  boolean willNeed(Extent extent) throws IOException {
    if (!cache.hasRoom(length(extent))) {
      return false;
    }
    devices.willNeed(extent.device(), extent.position(), extent.bytes());
    cache.willNeed(this, extent.position(), length(extent), () -> decode(extent));
    return true;
  }

  private static int length(Extent extent) {
    return (int) (extent.end() - extent.start());
  }

  private byte[] decode(Extent extent) throws IOException {
    BlockDecoder decoder = (extent.whole() ? wholes : prefixes).get(extent.coding());
    long position = extent.position();
    if (decoder == null) {
      throw new CorruptInputException(
          label, position, extent.coding() + " is not among the algorithms of the superblock");
    }
    byte[] input = new byte[extent.bytes()];
    devices.read(extent.device(), position, ByteBuffer.wrap(input));
    int padding = zeroPadded || extent.coding() != Coding.LZ4 ? padding(input) : 0;
    if (padding == input.length) {
      throw new CorruptInputException(label, position, "all bytes are zero");
    }
    byte[] output = new byte[length(extent)];
    int length =
        decoder.decode(label, position + padding, input, padding, input.length - padding, output);
    if (length != output.length) {
      throw new CorruptInputException(
          label, position, "decodes to " + length + " of " + output.length + " bytes");
    }
    return output;
  }

  private static int padding(byte[] input) {
    int at = 0;
    while (at < input.length && input[at] == 0) {
      at++;
    }
    return at;
  }
}
