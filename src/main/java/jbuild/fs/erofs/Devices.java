package jbuild.fs.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * The image and the devices that hold data for it. Devices are numbered from 1; {@link #PRIMARY} is
 * the image. Addresses on the image that a device slot claims are that device's.
 */
final class Devices {
  /** The image, by way of a cache of the pages that hold metadata. */
  static final int METADATA = -1;

  static final int PRIMARY = 0;

  private static final int MAX_NAMED = 4;

  private final String label;
  private final int blockBits;
  private final Sized metadata;
  private final Sized image;
  private final List<Sized> others;
  private final List<DeviceSlot> slots;
  private final boolean joined;

  /** A position on one source. */
  private record Place(Sized on, long position) {}

  /** A source and its size, which it may cost a system call to ask for. */
  private record Sized(ByteSource source, long size) {
    static Sized of(ByteSource source) throws IOException {
      return new Sized(source, source.size());
    }
  }

  private Devices(
      String label,
      int blockBits,
      Sized metadata,
      Sized image,
      List<Sized> others,
      List<DeviceSlot> slots,
      boolean joined) {
    this.label = label;
    this.blockBits = blockBits;
    this.metadata = metadata;
    this.image = image;
    this.others = others;
    this.slots = slots;
    this.joined = joined;
  }

  /**
   * Puts the devices together.
   *
   * @param others the devices in the order of {@code slots}; none when all were written behind one
   *     another into {@code image}
   */
  static Devices of(
      String label,
      VolumeSuperblock superblock,
      ByteSource metadata,
      ByteSource image,
      List<ByteSource> others)
      throws IOException {
    List<DeviceSlot> slots = superblock.deviceSlots();
    int bits = superblock.blockBits();
    boolean joined = !slots.isEmpty() && others.isEmpty() && holdsAll(image, slots, bits);
    if (others.size() != slots.size() && !joined) {
      throw missing(label, slots, others.size());
    }
    List<Sized> sized = new ArrayList<>(others.size());
    for (ByteSource other : others) {
      sized.add(Sized.of(other));
    }
    return new Devices(
        label, bits, Sized.of(metadata), Sized.of(image), List.copyOf(sized), slots, joined);
  }

  private static boolean holdsAll(ByteSource image, List<DeviceSlot> slots, int blockBits)
      throws IOException {
    long blocks = image.size() >> blockBits;
    for (DeviceSlot slot : slots) {
      if (slot.firstBlock() == 0 || slot.firstBlock() + slot.blocks() > blocks) {
        return false;
      }
    }
    return true;
  }

  private static IOException missing(String label, List<DeviceSlot> slots, int given) {
    StringJoiner tags = new StringJoiner(", ");
    for (int i = 0; i < slots.size() && i < MAX_NAMED; i++) {
      tags.add(slots.get(i).tag().isEmpty() ? "(no tag)" : slots.get(i).tag());
    }
    return new UnsupportedFilesystemException(
        label
            + ": its data is on "
            + slots.size()
            + " more devices, "
            + given
            + " are at hand: "
            + tags
            + (slots.size() > MAX_NAMED ? ", ..." : "")
            + " (give them with --device, in the order of its device table)");
  }

  /** The bits of a device number that count: the kernel ignores the others. */
  int idMask() {
    int highest = Integer.highestOneBit(slots.size());
    return (highest << 1) - (slots.isEmpty() ? 0 : 1);
  }

  /** Fills {@code target} from {@code position} of {@code device} on. */
  void read(int device, long position, ByteBuffer target) throws IOException {
    Place place = place(device, position);
    long size = place.on.size;
    if (place.position < 0 || place.position > size - target.remaining()) {
      throw new CorruptInputException(
          label + ": data",
          position,
          "needs "
              + target.remaining()
              + " bytes, device "
              + Math.max(PRIMARY, device)
              + " ends at 0x"
              + Long.toHexString(size));
    }
    place.on.source.read(place.position, target);
  }

  /** Says that bytes will be read soon. */
  void willNeed(int device, long position, long length) throws IOException {
    Place place = place(device, position);
    if (place.position >= 0) {
      place.on.source.willNeed(place.position, length);
    }
  }

  private Place place(int device, long position) throws IOException {
    if (device == METADATA) {
      return new Place(metadata, position);
    }
    if (device > slots.size()) {
      throw new CorruptInputException(
          label + ": data", position, "device " + device + " of " + slots.size());
    }
    if (device != PRIMARY) {
      return joined
          ? new Place(image, position + (slots.get(device - 1).firstBlock() << blockBits))
          : new Place(others.get(device - 1), position);
    }
    for (int i = 0; i < others.size(); i++) {
      DeviceSlot slot = slots.get(i);
      long block = position >> blockBits;
      if (slot.firstBlock() != 0
          && block >= slot.firstBlock()
          && block - slot.firstBlock() < slot.blocks()) {
        return new Place(others.get(i), position - (slot.firstBlock() << blockBits));
      }
    }
    return new Place(image, position);
  }
}
