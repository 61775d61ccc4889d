package jbuild.fs.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import jbuild.io.ByteSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignFormatsTest {
  private static final int SIZE = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    "an XFS file system, 0, XFSB",
    "a btrfs file system, 65600, _BHRfS_M",
    "an NTFS file system, 3, 'NTFS    '",
    "an exFAT file system, 3, 'EXFAT   '",
    "a FAT file system, 54, FAT16",
    "a FAT file system, 82, 'FAT32   '",
    "a ReiserFS file system, 65588, ReIsEr2Fs",
    "a JFS file system, 32768, JFS1",
    "an encrypted volume (BitLocker), 3, -FVE-FS-",
    "a physical volume of LVM, 512, LABELONE",
    "swap space, 4086, SWAPSPACE2",
    "a VMDK disk image, 0, KDMV",
    "a VHDX disk image, 0, vhdxfile",
    "a VHD disk image, 1048064, conectix",
    "a Parallels disk image, 0, WithouFreSpacExt",
    "an APFS container, 32, NXSB",
    "a romfs file system, 0, -rom1fs-",
    "'a squashfs file system of a version other than 4.0', 0, sqsh",
  })
  void is_named_by_its_magic_number(String name, int position, String magic) throws IOException {
    assertEquals(name, nameOf(position, magic.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @ParameterizedTest
  @CsvSource({
    "an F2FS file system, 1024, 1020f5f2",
    "an HFS+ file system, 1024, 482b0004",
    "an encrypted volume (LUKS), 0, 4c554b53babe0002",
    "a VDI disk image, 64, 7f10dabe",
    "a ZFS pool, 16404, 0000000776657273696f6e",
    "a bcachefs file system, 4120, c68573f666ce90a9d96a60cf803df7ef",
    "a cramfs file system, 0, 453dcd28",
    "a JFFS2 file system, 0, 85190320",
    "a UDF file system, 34816, 004e53523033",
    "a member of a Linux RAID, 4096, fc4e2ba901000000",
  })
  void is_named_by_its_magic_bytes(String name, int position, String hex) throws IOException {
    assertEquals(name, nameOf(position, HexFormat.of().parseHex(hex)));
  }

  @Test
  void what_is_not_known_or_too_short_has_no_name() throws IOException {
    assertNull(nameOf(0, new byte[] {1, 2, 3}));
    for (int length = 0; length < 600; length++) {
      assertNull(ForeignFormats.name(ByteSource.of(ByteBuffer.allocate(length))));
    }
  }

  private static String nameOf(int position, byte[] magic) throws IOException {
    ByteBuffer image = ByteBuffer.allocate(SIZE);
    image.put(position, magic);
    return ForeignFormats.name(ByteSource.of(image));
  }
}
