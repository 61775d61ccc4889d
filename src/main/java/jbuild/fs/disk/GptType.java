package jbuild.fs.disk;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the type GUID of a GPT partition means: those of the UAPI group's Discoverable Partitions
 * Specification and the others that disks of Linux systems have.
 *
 * @param guid in the form {@code 4f68bce3-e8cd-…}
 */
record GptType(String guid, PartitionKind kind, String name) {
  private static final String TABLE =
      """
      44479540-f297-41b2-9af7-d131d5f0458a LINUX_ROOT Linux root (x86)
      4f68bce3-e8cd-4db1-96e7-fbcaf984b709 LINUX_ROOT Linux root (x86-64)
      6523f8ae-3eb1-4e2a-a05a-18b695ae656f LINUX_ROOT Linux root (Alpha)
      d27f46ed-2919-4cb8-bd25-9531f3c16534 LINUX_ROOT Linux root (ARC)
      69dad710-2ce4-4e3c-b16c-21a1d49abed3 LINUX_ROOT Linux root (ARM)
      b921b045-1df0-41c3-af44-4c6f280d3fae LINUX_ROOT Linux root (ARM-64)
      993d8d3d-f80e-4225-855a-9daf8ed7ea97 LINUX_ROOT Linux root (IA-64)
      77055800-792c-4f94-b39a-98c91b762bb6 LINUX_ROOT Linux root (LoongArch-64)
      37c58c8a-d913-4156-a25f-48b1b64e07f0 LINUX_ROOT Linux root (MIPS-32 LE)
      700bda43-7a34-4507-b179-eeb93d7a7ca3 LINUX_ROOT Linux root (MIPS-64 LE)
      1de3f1ef-fa98-47b5-8dcd-4a860a654d78 LINUX_ROOT Linux root (PPC)
      912ade1d-a839-4913-8964-a10eee08fbd2 LINUX_ROOT Linux root (PPC64)
      c31c45e6-3f39-412e-80fb-4809c4980599 LINUX_ROOT Linux root (PPC64LE)
      60d5a7fe-8e7d-435c-b714-3dd8162144e1 LINUX_ROOT Linux root (RISC-V-32)
      72ec70a6-cf74-40e6-bd49-4bda08e8f224 LINUX_ROOT Linux root (RISC-V-64)
      08a7acea-624c-4a20-91e8-6e0fa67d23f9 LINUX_ROOT Linux root (S390)
      5eead9a9-fe09-4a1e-a1d7-520d00531306 LINUX_ROOT Linux root (S390X)
      c50cdd70-3862-4cc3-90e1-809a8c93ee2c LINUX_ROOT Linux root (TILE-Gx)
      3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec LINUX_ROOT ChromeOS root fs
      1aacdb3b-5444-4138-bd9e-e5c2239b2346 LINUX_ROOT Linux root (HPPA/PARISC)
      3884dd41-8582-4404-b9a8-e9b84f2df50e LINUX_ROOT CoreOS root
      75250d76-8cc6-458e-bd66-bd47cc81a812 LINUX_USR Linux /usr (x86)
      8484680c-9521-48c6-9c11-b0720656f69e LINUX_USR Linux /usr (x86-64)
      e18cf08c-33ec-4c0d-8246-c6c6fb3da024 LINUX_USR Linux /usr (Alpha)
      7978a683-6316-4922-bbee-38bff5a2fecc LINUX_USR Linux /usr (ARC)
      7d0359a3-02b3-4f0a-865c-654403e70625 LINUX_USR Linux /usr (ARM)
      b0e01050-ee5f-4390-949a-9101b17104e9 LINUX_USR Linux /usr (ARM-64)
      4301d2a6-4e3b-4b2a-bb94-9e0b2c4225ea LINUX_USR Linux /usr (IA-64)
      e611c702-575c-4cbe-9a46-434fa0bf7e3f LINUX_USR Linux /usr (LoongArch-64)
      0f4868e9-9952-4706-979f-3ed3a473e947 LINUX_USR Linux /usr (MIPS-32 LE)
      c97c1f32-ba06-40b4-9f22-236061b08aa8 LINUX_USR Linux /usr (MIPS-64 LE)
      7d14fec5-cc71-415d-9d6c-06bf0b3c3eaf LINUX_USR Linux /usr (PPC)
      2c9739e2-f068-46b3-9fd0-01c5a9afbcca LINUX_USR Linux /usr (PPC64)
      15bb03af-77e7-4d4a-b12b-c0d084f7491c LINUX_USR Linux /usr (PPC64LE)
      b933fb22-5c3f-4f91-af90-e2bb0fa50702 LINUX_USR Linux /usr (RISC-V-32)
      beaec34b-8442-439b-a40b-984381ed097d LINUX_USR Linux /usr (RISC-V-64)
      cd0f869b-d0fb-4ca0-b141-9ea87cc78d66 LINUX_USR Linux /usr (S390)
      8a4f5770-50aa-4ed3-874a-99b710db6fea LINUX_USR Linux /usr (S390X)
      55497029-c7c1-44cc-aa39-815ed1558630 LINUX_USR Linux /usr (TILE-Gx)
      dc4a4480-6917-4262-a4ec-db9384949f25 LINUX_USR Linux /usr (HPPA/PARISC)
      5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6 LINUX_USR CoreOS /usr
      d13c5d3b-b5d1-422a-b29f-9454fdc89d76 VERITY Linux root verity (x86)
      2c7357ed-ebd2-46d9-aec1-23d437ec2bf5 VERITY Linux root verity (x86-64)
      fc56d9e9-e6e5-4c06-be32-e74407ce09a5 VERITY Linux root verity (Alpha)
      24b2d975-0f97-4521-afa1-cd531e421b8d VERITY Linux root verity (ARC)
      7386cdf2-203c-47a9-a498-f2ecce45a2d6 VERITY Linux root verity (ARM)
      df3300ce-d69f-4c92-978c-9bfb0f38d820 VERITY Linux root verity (ARM-64)
      86ed10d5-b607-45bb-8957-d350f23d0571 VERITY Linux root verity (IA-64)
      f3393b22-e9af-4613-a948-9d3bfbd0c535 VERITY Linux root verity (LoongArch-64)
      d7d150d2-2a04-4a33-8f12-16651205ff7b VERITY Linux root verity (MIPS-32 LE)
      16b417f8-3e06-4f57-8dd2-9b5232f41aa6 VERITY Linux root verity (MIPS-64 LE)
      98cfe649-1588-46dc-b2f0-add147424925 VERITY Linux root verity (PPC)
      9225a9a3-3c19-4d89-b4f6-eeff88f17631 VERITY Linux root verity (PPC64)
      906bd944-4589-4aae-a4e4-dd983917446a VERITY Linux root verity (PPC64LE)
      ae0253be-1167-4007-ac68-43926c14c5de VERITY Linux root verity (RISC-V-32)
      b6ed5582-440b-4209-b8da-5ff7c419ea3d VERITY Linux root verity (RISC-V-64)
      7ac63b47-b25c-463b-8df8-b4a94e6c90e1 VERITY Linux root verity (S390)
      b325bfbe-c7be-4ab8-8357-139e652d2f6b VERITY Linux root verity (S390X)
      966061ec-28e4-4b2e-b4a5-1f0a825a1d84 VERITY Linux root verity (TILE-Gx)
      8f461b0d-14ee-4e81-9aa9-049b6fb97abd VERITY Linux /usr verity (x86)
      77ff5f63-e7b6-4633-acf4-1565b864c0e6 VERITY Linux /usr verity (x86-64)
      8cce0d25-c0d0-4a44-bd87-46331bf1df67 VERITY Linux /usr verity (Alpha)
      fca0598c-d880-4591-8c16-4eda05c7347c VERITY Linux /usr verity (ARC)
      c215d751-7bcd-4649-be90-6627490a4c05 VERITY Linux /usr verity (ARM)
      6e11a4e7-fbca-4ded-b9e9-e1a512bb664e VERITY Linux /usr verity (ARM-64)
      6a491e03-3be7-4545-8e38-83320e0ea880 VERITY Linux /usr verity (IA-64)
      f46b2c26-59ae-48f0-9106-c50ed47f673d VERITY Linux /usr verity (LoongArch-64)
      46b98d8d-b55c-4e8f-aab3-37fca7f80752 VERITY Linux /usr verity (MIPS-32 LE)
      3c3d61fe-b5f3-414d-bb71-8739a694a4ef VERITY Linux /usr verity (MIPS-64 LE)
      df765d00-270e-49e5-bc75-f47bb2118b09 VERITY Linux /usr verity (PPC)
      bdb528a5-a259-475f-a87d-da53fa736a07 VERITY Linux /usr verity (PPC64)
      ee2b9983-21e8-4153-86d9-b6901a54d1ce VERITY Linux /usr verity (PPC64LE)
      cb1ee4e3-8cd0-4136-a0a4-aa61a32e8730 VERITY Linux /usr verity (RISC-V-32)
      8f1056be-9b05-47c4-81d6-be53128e5b54 VERITY Linux /usr verity (RISC-V-64)
      b663c618-e7bc-4d6d-90aa-11b756bb1797 VERITY Linux /usr verity (S390)
      31741cc4-1a2a-4111-a581-e00b447d2d06 VERITY Linux /usr verity (S390X)
      2fb4bf56-07fa-42da-8132-6b139f2026ae VERITY Linux /usr verity (TILE-Gx)
      d212a430-fbc5-49f9-a983-a7feef2b8d0e VERITY Linux root verity (HPPA/PARISC)
      5843d618-ec37-48d7-9f12-cea8e08768b2 VERITY Linux /usr verity (HPPA/PARISC)
      0fc63daf-8483-4772-8e79-3d69d8477de4 LINUX Linux filesystem
      3b8f8425-20e0-4f3b-907f-1a25a76f98e8 LINUX_DATA Linux server data
      933ac7e1-2eb4-4f13-b844-0e14e2aef915 LINUX_DATA Linux home
      4d21b016-b534-45c2-a9fb-5c16e091fd2d LINUX_DATA Linux variable data
      7ec6f557-3bc5-4aca-b293-16ef5df639d1 LINUX_DATA Linux temporary data
      773f91ef-66d4-49b5-bd83-d683bf40ad16 LINUX_DATA Linux user's home
      e6d6d379-f507-44c2-a23c-238f2a3df928 LVM Linux LVM
      a19d880f-05fc-4d3b-a006-743f0f84911e RAID Linux RAID
      ca7d7ccb-63ed-4c53-861c-1742536059cc ENCRYPTED Linux LUKS
      7ffec5c9-2d00-49b7-8941-3ea10a5586b7 ENCRYPTED Linux dm-crypt
      0657fd6d-a4ab-43c4-84e5-0933c84b4f4f SWAP Linux swap
      c12a7328-f81f-11d2-ba4b-00a0c93ec93b EFI_SYSTEM EFI System
      bc13c2ff-59e6-4262-a352-b275fd6f7172 EXTENDED_BOOT Linux extended boot
      21686148-6449-6e6f-744e-656564454649 BOOT_CODE BIOS boot
      9e1a2d38-c612-4316-aa26-8b49521e5a8b BOOT_CODE PowerPC PReP boot
      e3c9e316-0b5c-4db8-817d-f92df00215ae BOOT_CODE Microsoft reserved
      fe3a2a5d-4f32-41a7-b725-accc3285a309 BOOT_CODE ChromeOS kernel
      ebd0a0a2-b9e5-4433-87c0-68b6b72699c7 MICROSOFT Microsoft basic data
      de94bba4-06d1-4d40-a16a-bfd50179d6ac MICROSOFT Windows recovery environment
      024dee41-33e7-11d3-9d69-0008c781f39f OTHER MBR partition scheme
      8da63339-0007-60c0-c436-083ac8230908 OTHER Linux reserved
      2e0a753d-9e48-43b0-8337-b15192cb1b5e OTHER ChromeOS reserved
      """;

  private static final Map<String, GptType> KNOWN =
      TABLE
          .lines()
          .map(GptType::ofLine)
          .collect(Collectors.toUnmodifiableMap(GptType::guid, Function.identity()));

  static GptType of(String guid) {
    GptType known = KNOWN.get(guid);
    return known != null ? known : new GptType(guid, PartitionKind.OTHER, "type " + guid);
  }

  private static GptType ofLine(String line) {
    String[] words = line.split(" ", 3);
    return new GptType(words[0], PartitionKind.valueOf(words[1]), words[2]);
  }
}
