package jbuild.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jbuild.io.BytePath;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Finds the libraries of a program as the loader would in an empty environment: breadth first
 * through {@code DT_NEEDED}, each name once, by the search order of {@link LoaderPaths}.
 */
final class LibraryResolver {
  private final HostRoot host;
  private final LoaderPaths paths;

  /** By path without symbolic links; empty for what is not ELF. */
  private final Map<BytePath, Optional<ElfFile>> files = new HashMap<>();

  LibraryResolver(HostRoot host) {
    this.host = host;
    this.paths = new LoaderPaths(host);
  }

  /**
   * A program or library in the process that the loader would make.
   *
   * @param found where it is
   * @param name the path by which it was found, before links were followed; for $ORIGIN
   * @param loader what needed it first; null for the program
   */
  record Loaded(HostRoot.Found found, ByteString name, ElfFile elf, @Nullable Loaded loader) {}

  /** What {@code found} is as an ELF file, or null. */
  @Nullable ElfFile elf(HostRoot.Found found) throws IOException {
    Optional<ElfFile> known = files.get(found.path());
    if (known == null) {
      try (FileChannel file = host.open(found.path())) {
        known = Optional.ofNullable(ElfFile.read(found.path().toString(), ByteSource.of(file)));
      }
      files.put(found.path(), known);
    }
    return known.orElse(null);
  }

  /**
   * The loader and all libraries of a program, in load order.
   *
   * @throws BaseException when one is not to be found
   */
  List<HostRoot.Found> libraries(HostRoot.Found program, ElfFile elf) throws IOException {
    List<HostRoot.Found> result = new ArrayList<>();
    Set<ByteString> names = new LinkedHashSet<>();
    List<Loaded> queue = new ArrayList<>();
    // $ORIGIN of the program comes from /proc/self/exe: links are followed.
    queue.add(new Loaded(program, program.path().toByteString(), elf, null));
    if (elf.interpreter() != null) {
      ByteString interpreter = elf.interpreter();
      HostRoot.Found found = host.file(interpreter);
      ElfFile loader = found == null ? null : elf(found);
      if (found == null || loader == null) {
        throw new BaseException(
            "find the loader of " + program.path() + ": " + interpreter + ": no such ELF file");
      }
      result.add(found);
      if (loader.soname() != null) {
        names.add(loader.soname());
      }
    }
    for (int i = 0; i < queue.size(); i++) {
      Loaded user = queue.get(i);
      for (ByteString name : user.elf().needed()) {
        if (!names.add(name)) {
          continue;
        }
        Loaded library = find(name, user, elf);
        if (library.elf().soname() != null) {
          names.add(library.elf().soname());
        }
        result.add(library.found());
        queue.add(library);
      }
    }
    return result;
  }

  private Loaded find(ByteString name, Loaded user, ElfFile program) throws IOException {
    for (ByteString candidate : paths.candidates(name, user, program)) {
      HostRoot.Found found = host.file(candidate);
      ElfFile elf = found == null ? null : elf(found);
      // The loader, too, goes on when a library is for another machine: ld.so(8) skips it.
      if (found != null && elf != null && elf.matches(program)) {
        return new Loaded(found, candidate, elf, user);
      }
    }
    throw new BaseException(
        "find library "
            + name
            + " of "
            + user.found().path()
            + ": in none of the loader's directories (is its package installed?)");
  }
}
