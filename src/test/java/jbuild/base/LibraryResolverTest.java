package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryResolverTest {
  @TempDir Path root;

  @BeforeEach
  void install_a_loader() throws IOException {
    ElfFixture.amd64().soname("ld.so").writeTo(root.resolve("lib64/ld.so"));
  }

  private static ElfFixture program() {
    return ElfFixture.amd64().interpreter("/lib64/ld.so");
  }

  private List<String> libraries(String program) throws IOException {
    HostRoot host = new HostRoot(root);
    LibraryResolver resolver = new LibraryResolver(host);
    HostRoot.Found found = host.file(ByteString.of(program));
    List<String> paths = new ArrayList<>();
    for (HostRoot.Found library : resolver.libraries(found, resolver.elf(found))) {
      paths.add(library.path().toString());
    }
    return paths;
  }

  private void library(String path, ElfFixture elf) throws IOException {
    elf.writeTo(root.resolve(path.substring(1)));
  }

  @Test
  void finds_libraries_of_libraries_each_once_and_the_loader_first() throws IOException {
    library("/bin/p", program().needed("a.so", "b.so", "ld.so"));
    library("/lib64/a.so", ElfFixture.amd64().needed("c.so", "b.so"));
    library("/usr/lib64/b.so", ElfFixture.amd64().needed("a.so"));
    library("/usr/lib/c.so", ElfFixture.amd64());
    assertEquals(
        List.of("/lib64/ld.so", "/lib64/a.so", "/usr/lib64/b.so", "/usr/lib/c.so"),
        libraries("/bin/p"));
  }

  @Test
  void a_missing_library_is_named_with_its_user() throws IOException {
    library("/bin/p", program().needed("a.so"));
    library("/lib64/a.so", ElfFixture.amd64().needed("gone.so"));
    BaseException e = assertThrows(BaseException.class, () -> libraries("/bin/p"));
    assertTrue(e.getMessage().startsWith("find library gone.so of /lib64/a.so: "), e.getMessage());
  }

  @Test
  void libraries_for_other_machines_are_passed_over() throws IOException {
    library("/bin/p", program().needed("a.so"));
    library("/lib64/a.so", new ElfFixture(false, ElfFixture.I386, ByteOrder.LITTLE_ENDIAN));
    library("/usr/lib/a.so", ElfFixture.amd64());
    assertEquals(List.of("/lib64/ld.so", "/usr/lib/a.so"), libraries("/bin/p"));
  }

  @Test
  void rpath_is_inherited_by_libraries_and_runpath_is_not() throws IOException {
    library("/lib64/b.so", ElfFixture.amd64());
    library("/opt/b.so", ElfFixture.amd64());
    library("/opt/a.so", ElfFixture.amd64().needed("b.so"));
    library("/bin/p", program().needed("a.so").rpath("/opt"));
    assertEquals(List.of("/lib64/ld.so", "/opt/a.so", "/opt/b.so"), libraries("/bin/p"));
    library("/bin/q", program().needed("a.so").runpath("/opt"));
    assertEquals(List.of("/lib64/ld.so", "/opt/a.so", "/lib64/b.so"), libraries("/bin/q"));
  }

  @Test
  void a_library_with_runpath_does_not_see_the_programs_rpath() throws IOException {
    library("/opt/a.so", ElfFixture.amd64().needed("b.so").runpath("/nowhere"));
    library("/opt/b.so", ElfFixture.amd64());
    library("/lib64/b.so", ElfFixture.amd64());
    library("/bin/p", program().needed("a.so").rpath("/opt"));
    assertEquals(List.of("/lib64/ld.so", "/opt/a.so", "/lib64/b.so"), libraries("/bin/p"));
  }

  @Test
  void origin_is_where_the_program_really_is() throws IOException {
    library("/opt/app/bin/p", program().needed("a.so").runpath("${ORIGIN}/../$LIB"));
    library("/opt/app/lib64/a.so", ElfFixture.amd64());
    Files.createDirectories(root.resolve("bin"));
    Files.createSymbolicLink(root.resolve("bin/p"), Path.of("../opt/app/bin/p"));
    assertEquals(List.of("/lib64/ld.so", "/opt/app/lib64/a.so"), libraries("/bin/p"));
  }

  @Test
  void no_default_libraries_means_only_the_paths_in_the_file() throws IOException {
    library("/lib64/a.so", ElfFixture.amd64());
    library("/bin/p", program().needed("a.so").noDefaultLibraries());
    assertThrows(BaseException.class, () -> libraries("/bin/p"));
  }

  @Test
  void musl_reads_its_own_list_of_directories() throws IOException {
    library("/lib/ld-musl-x86_64.so.1", ElfFixture.amd64());
    library("/bin/p", ElfFixture.amd64().interpreter("/lib/ld-musl-x86_64.so.1").needed("a.so"));
    library("/srv/lib/a.so", ElfFixture.amd64());
    library("/lib64/a.so", ElfFixture.amd64());
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/ld-musl-x86_64.path"), "/nowhere:/other\n/srv/lib\n");
    assertEquals(List.of("/lib/ld-musl-x86_64.so.1", "/srv/lib/a.so"), libraries("/bin/p"));
  }

  @Test
  void absolute_links_stay_inside_the_root() throws IOException {
    library("/bin/p", program().needed("a.so"));
    library("/data/real.so", ElfFixture.amd64());
    Files.createSymbolicLink(root.resolve("lib64/a.so"), Path.of("/../data/real.so"));
    assertEquals(List.of("/lib64/ld.so", "/data/real.so"), libraries("/bin/p"));
  }
}
