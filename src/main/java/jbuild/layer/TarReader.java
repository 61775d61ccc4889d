package jbuild.layer;

import java.util.Arrays;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar that is pushed through it. It keeps no file data, so that one pass over the bytes can
 * also hash and store them, and it knows at which offset everything lies.
 *
 * <p>Understood: POSIX ustar and pax (also Solaris' {@code X}), GNU (long names, base 256 numbers,
 * sparse files), star, v7. Names stay the bytes they are. What cannot be trusted is an error: wrong
 * checksums, numbers out of range, malformed records, an archive that stops in the middle. After
 * the end marker everything is ignored; two zero blocks, one at the very end, or just the end of
 * the bytes between two members are such a marker.
 */
public final class TarReader {
  /** The largest file, 16 TiB, as ext4's. */
  static final long MAX_SIZE = 1L << 44;

  /** The largest extended header, as in Go's archive/tar. */
  static final int MAX_EXTENDED = 1 << 20;

  /**
   * All global headers of an archive. Each entry takes their records anew, so they must stay small:
   * those of {@code git archive}, which has the one common use for them, have 52 bytes.
   */
  static final int MAX_GLOBAL = 16 << 10;

  /** The number of leading bytes that {@link #isTar} wants to see. */
  public static final int HEAD = TarHeader.BLOCK;

  private enum State {
    HEADER,
    /** The bytes of an extended header. */
    EXTENDED,
    /** Blocks with more islands of a GNU sparse header. */
    SPARSE_BLOCKS,
    /** The map before the data of a PAX 1.0 sparse file. */
    SPARSE_TEXT,
    END
  }

  private final String label;
  private final TarEntrySink sink;
  private final byte[] block = new byte[TarHeader.BLOCK];
  private final TarHeader header = new TarHeader(block);
  private int blockFill;

  private State state = State.HEADER;
  private long position;

  /** Where the block or extended header that is being gathered began; for messages. */
  private long start;

  private long skip;
  private boolean sawZeroBlock;

  /**
   * The size a member without data claims. Some writers put data there all the same: the next block
   * tells, for either it is a header or the end marker, or it is not.
   */
  private long doubtfulData;

  private byte[] extended = new byte[0];
  private int extendedFill;
  private char extendedType;
  private int globalBytes;

  private final PaxRecords global = new PaxRecords();
  private @Nullable PaxRecords pax;
  private @Nullable ByteString longName;
  private @Nullable ByteString longLink;

  private @Nullable TarMember sparseMember;
  private SparseMap sparseMap = new SparseMap();
  private @Nullable SparseText sparseText;

  /**
   * @param label what is read, for messages
   */
  public TarReader(String label, TarEntrySink sink) {
    this.label = label;
    this.sink = sink;
  }

  /**
   * Whether {@code head} is the first block of an archive; one without members begins with zeros.
   */
  public static boolean isTar(byte[] head) {
    return startsWithHeader(head)
        || (head.length >= HEAD && new TarHeader(Arrays.copyOf(head, HEAD)).isZero());
  }

  /** Whether bytes begin with the header of a member: anything but an empty archive does. */
  public static boolean startsWithHeader(byte[] bytes) {
    return bytes.length >= TarHeader.BLOCK
        && new TarHeader(Arrays.copyOf(bytes, TarHeader.BLOCK)).checksumIsRight();
  }

  /** Takes the next bytes of the archive. */
  public void feed(byte[] bytes, int offset, int length) throws LayerException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int taken;
      if (state == State.END) {
        taken = end - at;
      } else if (skip > 0) {
        taken = (int) Math.min(skip, end - at);
        skip -= taken;
      } else if (state == State.EXTENDED) {
        start = position - extendedFill;
        taken = Math.min(end - at, extended.length - extendedFill);
        System.arraycopy(bytes, at, extended, extendedFill, taken);
        extendedFill += taken;
      } else {
        start = position - blockFill;
        taken = Math.min(end - at, TarHeader.BLOCK - blockFill);
        System.arraycopy(bytes, at, block, blockFill, taken);
        blockFill += taken;
      }
      at += taken;
      position += taken;
      step();
    }
  }

  /** How many of the next bytes, all of a file's content, this reader would not look at. */
  public long skippable() {
    return state == State.END ? Long.MAX_VALUE : skip;
  }

  /** Takes the next {@code count} bytes without seeing them; at most {@link #skippable}. */
  public void skip(long count) {
    if (count < 0 || count > skippable()) {
      throw new IllegalArgumentException("cannot skip " + count + " of " + skippable());
    }
    position += count;
    if (state != State.END) {
      skip -= count;
    }
  }

  /** Says that there are no more bytes. */
  public void finish() throws LayerException {
    if (state == State.END) {
      return;
    }
    start = position;
    try {
      if (state != State.HEADER || skip > 0 || blockFill > 0) {
        throw new TarFieldException("the archive stops in the middle of an entry");
      }
      endOfMembers();
    } catch (TarFieldException e) {
      throw error(e);
    }
  }

  /** Acts on a full block or header, if there is one now. */
  private void step() throws LayerException {
    try {
      if (state == State.EXTENDED) {
        if (extendedFill == extended.length) {
          extendedHeader();
        }
      } else if (blockFill == TarHeader.BLOCK) {
        blockFill = 0;
        switch (state) {
          case SPARSE_BLOCKS -> {
            if (!header.moreSparseIslands(sparseMap)) {
              sparseDone(sparse().packed());
            }
          }
          case SPARSE_TEXT -> sparseText();
          default -> header();
        }
      }
    } catch (TarFieldException | LayerException e) {
      throw error(e);
    }
  }

  private void header() throws TarFieldException, LayerException {
    long doubtful = doubtfulData;
    doubtfulData = 0;
    if (doubtful > 0 && !header.isZero() && !header.checksumIsRight()) {
      skip = doubtful - TarHeader.BLOCK;
      return;
    }
    if (header.isZero()) {
      endOfMembers();
      state = sawZeroBlock ? State.END : State.HEADER;
      sawZeroBlock = true;
      return;
    }
    if (sawZeroBlock) {
      throw new TarFieldException("a single zero block stands between entries");
    }
    if (!header.checksumIsRight()) {
      throw new TarFieldException("the checksum is wrong: not a tar, or damaged");
    }
    switch (header.typeflag()) {
      case TarHeader.PAX,
          TarHeader.PAX_SOLARIS,
          TarHeader.PAX_GLOBAL,
          TarHeader.GNU_LONG_NAME,
          TarHeader.GNU_LONG_LINK ->
          startExtended();
      default -> member();
    }
  }

  private void endOfMembers() throws TarFieldException {
    if (pax != null || longName != null || longLink != null) {
      throw new TarFieldException("an extended header has no entry");
    }
  }

  private void startExtended() throws TarFieldException {
    long size = header.size();
    if (size < 0 || size > MAX_EXTENDED) {
      throw new TarFieldException("extended header of " + size + " bytes");
    }
    extended = new byte[(int) size];
    extendedFill = 0;
    extendedType = header.typeflag();
    if (size > 0) {
      state = State.EXTENDED;
    } else {
      extendedHeader();
    }
  }

  private void extendedHeader() throws TarFieldException {
    state = State.HEADER;
    skip = padding(extended.length);
    switch (extendedType) {
      case TarHeader.GNU_LONG_NAME -> longName = upToNul(extended);
      case TarHeader.GNU_LONG_LINK -> longLink = upToNul(extended);
      case TarHeader.PAX_GLOBAL -> globalHeader();
      default -> {
        pax = new PaxRecords();
        pax.parse(extended);
      }
    }
    extended = new byte[0];
  }

  private void globalHeader() throws TarFieldException {
    globalBytes += extended.length;
    if (globalBytes > MAX_GLOBAL) {
      throw new TarFieldException("more than " + MAX_GLOBAL + " bytes of global headers");
    }
    global.parse(extended);
  }

  private void member() throws TarFieldException, LayerException {
    PaxRecords records = (pax == null ? new PaxRecords() : pax).over(global);
    TarMember member = TarMember.read(header, records, longName, longLink);
    pax = null;
    longName = null;
    longLink = null;
    if (records.hasTextAcl()) {
      sink.note(member.path() + ": left out, access control lists in text form");
    }
    if (member.isSkipped()) {
      sink.note(member.path() + ": left out, an entry of type '" + header.typeflag() + "'");
      skip = padded(member.packed());
    } else if (member.hasNoData()) {
      doubtfulData = padded(member.packed());
      sink.entry(member.entry(FileData.NONE));
    } else if (header.typeflag() == TarHeader.GNU_SPARSE) {
      sparseMember = member;
      sparseMap = new SparseMap();
      if (header.sparseIslands(sparseMap)) {
        state = State.SPARSE_BLOCKS;
      } else {
        sparseDone(member.packed());
      }
    } else if (records.number("GNU.sparse.major", 0) == 1) {
      sparseMember = member;
      sparseText = new SparseText();
      state = State.SPARSE_TEXT;
    } else {
      String islands = records.text("GNU.sparse.map");
      if (islands != null) {
        sparseMember = member;
        sparseMap = SparseMap.ofList(islands);
        sparseDone(member.packed());
      } else {
        skip = padded(member.packed());
        sink.entry(member.entry(new FileData.Stored(0, position)));
      }
    }
  }

  private void sparseText() throws TarFieldException, LayerException {
    SparseText text = sparseText;
    if (text == null) {
      throw new IllegalStateException("no sparse map is being read");
    }
    boolean complete = text.feed(block);
    if (complete) {
      sparseMap = text.map();
      sparseText = null;
      sparseDone(sparse().packed() - text.length());
    } else if (text.length() >= sparse().packed()) {
      throw new TarFieldException("sparse map is longer than its entry");
    }
  }

  private void sparseDone(long packed) throws TarFieldException, LayerException {
    TarMember member = sparse();
    sparseMember = null;
    state = State.HEADER;
    skip = padded(packed);
    sink.entry(member.entry(sparseMap.place(member.size(), position, packed)));
  }

  private TarMember sparse() {
    if (sparseMember == null) {
      throw new IllegalStateException("no sparse file is being read");
    }
    return sparseMember;
  }

  private static ByteString upToNul(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return ByteString.of(bytes, 0, end);
  }

  private static long padding(long size) {
    return -size & (TarHeader.BLOCK - 1);
  }

  private static long padded(long size) {
    return size + padding(size);
  }

  private LayerException error(Exception e) {
    return new LayerException(
        "read tar: " + label + " at offset " + start + ": " + e.getMessage(), e);
  }
}
