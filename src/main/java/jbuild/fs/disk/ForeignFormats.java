package jbuild.fs.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Names what jbuild knows but cannot read, by the magic numbers that libblkid and file(1) go by, so
 * that an error can say more than that it knows nothing. Ask the readers first: what they can read
 * is not looked for here.
 */
public final class ForeignFormats {
  /** Bytes at a position from the start or, when it is negative, from the end. */
  private record Magic(String name, int position, ByteString bytes) {}

  /** All positions from the start that are looked at lie below it. */
  private static final int HEAD = 68 << 10;

  private static final int TAIL = 512;
  private static final String VHD = "a VHD disk image";
  private static final String HFS_PLUS = "an HFS+ file system";
  private static final String SQUASHFS = "a squashfs file system of a version other than 4.0";
  private static final String CRAMFS = "a cramfs file system";
  private static final String JFFS2 = "a JFFS2 file system";
  private static final String LUKS = "an encrypted volume (LUKS)";
  private static final String LVM = "a physical volume of LVM";
  private static final String RAID = "a member of a Linux RAID";
  private static final String MINIX = "a Minix file system";
  private static final String PARALLELS = "a Parallels disk image";
  private static final String SWAP = "swap space";
  private static final String UFS = "a UFS file system";

  /** Those of containers first: what they hold may show through; vague ones last. */
  private static final List<Magic> MAGICS =
      List.of(
          text("a VMDK disk image", 0, "KDMV"),
          text("a VMDK disk image", 0, "COWD"),
          text("a VMDK disk image", 0, "# Disk DescriptorFile"),
          text("a VHDX disk image", 0, "vhdxfile"),
          text(VHD, 0, "conectix"),
          text(VHD, -TAIL, "conectix"),
          hex("a VDI disk image", 64, "7f10dabe"),
          text(PARALLELS, 0, "WithoutFreeSpace"),
          text(PARALLELS, 0, "WithouFreSpacExt"),
          text("a QED disk image", 0, "QED\0"),
          text("an Apple disk image", -TAIL, "koly"),
          text("an EnCase disk image", 0, "EVF\t\r\n"),
          hex("an Android sparse image", 0, "3aff26ed"),
          text("an Android boot image", 0, "ANDROID!"),
          text("a Windows image (WIM)", 0, "MSWIM\0\0\0"),
          hex("an AppImage program", 8, "414902"),
          hex("an AppImage program", 8, "414901"),
          hex(LUKS, 0, "4c554b53babe0001"),
          hex(LUKS, 0, "4c554b53babe0002"),
          text("an encrypted volume (BitLocker)", 3, "-FVE-FS-"),
          text(LVM, 0, "LABELONE"),
          text(LVM, 512, "LABELONE"),
          text(LVM, 1024, "LABELONE"),
          text(LVM, 1536, "LABELONE"),
          hex(RAID, 0, "fc4e2ba901000000"),
          hex(RAID, 4096, "fc4e2ba901000000"),
          text("hashes of dm-verity", 0, "verity\0\0"),
          text("an XFS file system", 0, "XFSB"),
          text("a btrfs file system", 65536 + 64, "_BHRfS_M"),
          hex("an F2FS file system", 1024, "1020f5f2"),
          hex("a bcachefs file system", 4096 + 24, "c68573f666ce90a9d96a60cf803df7ef"),
          hex("a bcache device", 4096 + 24, "c68573f64e1a45ca8265f57f48ba6d81"),
          // The name of the first pair in a vdev label, with its length.
          hex("a ZFS pool", 16384 + 20, "0000000776657273696f6e"),
          text("a ReiserFS file system", 65536 + 52, "ReIsErFs"),
          text("a ReiserFS file system", 65536 + 52, "ReIsEr2Fs"),
          text("a ReiserFS file system", 65536 + 52, "ReIsEr3Fs"),
          text("a Reiser4 file system", 65536, "ReIsEr4"),
          text("a JFS file system", 32768, "JFS1"),
          hex("a GFS2 file system", 65536, "01161970"),
          hex("a NILFS2 file system", 1024 + 6, "3434"),
          text("an APFS container", 32, "NXSB"),
          text(HFS_PLUS, 1024, "H+\0\4"),
          text(HFS_PLUS, 1024, "HX\0\5"),
          text("an HFS file system", 1024, "BD"),
          text("an NTFS file system", 3, "NTFS    "),
          text("an exFAT file system", 3, "EXFAT   "),
          text("a FAT file system", 54, "FAT12"),
          text("a FAT file system", 54, "FAT16"),
          text("a FAT file system", 82, "FAT32   "),
          text("a UDF file system", 34816, "\0NSR02"),
          text("a UDF file system", 34816, "\0NSR03"),
          text("a UDF file system", 36864, "\0NSR02"),
          text("a UDF file system", 36864, "\0NSR03"),
          text(SQUASHFS, 0, "hsqs"),
          text(SQUASHFS, 0, "sqsh"),
          hex(CRAMFS, 0, "453dcd28"),
          hex(CRAMFS, 0, "28cd3d45"),
          hex(CRAMFS, 512, "453dcd28"),
          text("a romfs file system", 0, "-rom1fs-"),
          text("a UBI image", 0, "UBI#"),
          hex("a UBIFS file system", 0, "31181006"),
          hex(JFFS2, 0, "85190320"),
          hex(JFFS2, 0, "851901e0"),
          hex(JFFS2, 0, "851902e0"),
          hex(JFFS2, 0, "19852003"),
          hex(JFFS2, 0, "1985e001"),
          hex(JFFS2, 0, "1985e002"),
          hex(UFS, 8192 + 1372, "54190100"),
          hex(UFS, 8192 + 1372, "19015419"),
          hex(UFS, 65536 + 1372, "19015419"),
          text(SWAP, 4096 - 10, "SWAPSPACE2"),
          text(SWAP, 4096 - 10, "SWAP-SPACE"),
          text(SWAP, 8192 - 10, "SWAPSPACE2"),
          text(SWAP, 16384 - 10, "SWAPSPACE2"),
          text(SWAP, 65536 - 10, "SWAPSPACE2"),
          hex(MINIX, 1024 + 16, "7f13"),
          hex(MINIX, 1024 + 16, "8f13"),
          hex(MINIX, 1024 + 16, "6824"),
          hex(MINIX, 1024 + 16, "7824"),
          hex(MINIX, 1024 + 24, "5a4d"));

  private ForeignFormats() {}

  /** What the image is, such as {@code an XFS file system}; null when that is not known. */
  public static @Nullable String name(ByteSource image) throws IOException {
    long size = image.size();
    byte[] head = bytes(image, 0, (int) Math.min(size, HEAD));
    byte[] tail = size < TAIL ? new byte[0] : bytes(image, size - TAIL, TAIL);
    for (Magic magic : MAGICS) {
      boolean fromEnd = magic.position < 0;
      if (isAt(fromEnd ? tail : head, fromEnd ? 0 : magic.position, magic.bytes)) {
        return magic.name;
      }
    }
    return null;
  }

  private static boolean isAt(byte[] bytes, int position, ByteString magic) {
    int length = magic.length();
    return position + length <= bytes.length
        && ByteString.of(bytes, position, length).equals(magic);
  }

  private static byte[] bytes(ByteSource image, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    image.read(position, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static Magic text(String name, int position, String latin1) {
    return new Magic(name, position, ByteString.of(latin1.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static Magic hex(String name, int position, String digits) {
    return new Magic(name, position, ByteString.of(HexFormat.of().parseHex(digits)));
  }
}
