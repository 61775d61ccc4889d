package jbuild.linux;

import java.util.HexFormat;

/**
 * The machine code of {@code src/main/asm/stub-*.s}: clone3(2), then a loop in the child over a
 * table of system calls. {@code StubCodeTest} assembles the sources and compares.
 */
final class StubCode {
  private static final String X86_64 =
      "f30f1efa5341544889d34989ccb8b30100000f054885c07404415c5bc3488b03488b7b08488b7310"
          + "488b53184c8b53204c8b43284c8b4b300f05483d01f0ffff720f488b4b404883f90174054839c875"
          + "1a488b4b384885c9740b488b114889014889d1ebf04883c348ebb249895c240849890424bf7f0000"
          + "00b8e70000000f05f4";

  private static final String AARCH64 =
      "f353bfa9f30302aaf40303aa683680d2010000d4600000b4f353c1a8c0035fd6680240a9610a41a9"
          + "631242a9651a40f9010000d41ffc3fb1c3000054692240f93f0500f1600000541f0009eb21010054"
          + "691e40f9a90000b42a0140f9200100f9e9030aaafcffff1773220191edffff17930600f9800200f9"
          + "e00f80d2c80b80d2010000d4000020d4";

  private StubCode() {}

  static byte[] of(Arch arch) {
    return HexFormat.of().parseHex(arch == Arch.X86_64 ? X86_64 : AARCH64);
  }
}
