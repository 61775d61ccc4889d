package jbuild.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Where the loader looks for a library, in order: ld.so(8) for glibc, ldso/dynlink.c for musl. The
 * environment (LD_LIBRARY_PATH, LD_PRELOAD) and /etc/ld.so.preload have no say.
 */
final class LoaderPaths {
  private static final ByteString CACHE = ByteString.of("/etc/ld.so.cache");
  private static final List<String> MUSL_DEFAULT = List.of("/lib", "/usr/local/lib", "/usr/lib");

  private final HostRoot host;
  private @Nullable LdCache cache;

  LoaderPaths(HostRoot host) {
    this.host = host;
  }

  /** Candidates for {@code name} as needed by {@code user} in a process of {@code program}. */
  List<ByteString> candidates(ByteString name, LibraryResolver.Loaded user, ElfFile program)
      throws IOException {
    List<ByteString> result = new ArrayList<>();
    if (name.indexOf('/') >= 0) {
      // Relative names are relative to the working directory: nothing an image can rely on.
      if (name.startsWith("/") || name.startsWith("$")) {
        result.add(expand(name, user));
      }
      return result;
    }
    ByteString interpreter = program.interpreter();
    if (interpreter != null && interpreter.toString().contains("/ld-musl-")) {
      addMusl(name, user, interpreter, result);
    } else {
      addGlibc(name, user, result);
    }
    return result;
  }

  private void addGlibc(ByteString name, LibraryResolver.Loaded user, List<ByteString> result)
      throws IOException {
    List<ByteString> runpath = user.elf().runpath();
    if (runpath == null) {
      // DT_RPATH of the object, then of what loaded it, up to the program; an object that has
      // DT_RUNPATH contributes none (ElfFile sees to that).
      for (LibraryResolver.Loaded l = user; l != null; l = l.loader()) {
        addAll(l.elf().rpath(), name, l, result);
      }
    } else {
      addAll(runpath, name, user, result);
    }
    if (user.elf().noDefaultLibraries()) {
      return;
    }
    for (ByteString path : cache().find(name)) {
      result.add(path);
    }
    String multiarch = multiarch(user.elf());
    for (String directory :
        user.elf().wide()
            ? List.of(
                "/lib/" + multiarch,
                "/usr/lib/" + multiarch,
                "/lib64",
                "/usr/lib64",
                "/lib",
                "/usr/lib")
            : List.of("/lib/" + multiarch, "/usr/lib/" + multiarch, "/lib", "/usr/lib")) {
      result.add(in(ByteString.of(directory), name));
    }
  }

  /** musl takes DT_RPATH and DT_RUNPATH alike, both inherited, then one list of directories. */
  private void addMusl(
      ByteString name, LibraryResolver.Loaded user, ByteString interpreter, List<ByteString> result)
      throws IOException {
    for (LibraryResolver.Loaded l = user; l != null; l = l.loader()) {
      List<ByteString> runpath = l.elf().runpath();
      addAll(runpath == null ? l.elf().rpath() : runpath, name, l, result);
    }
    for (String directory : muslDirectories(interpreter)) {
      result.add(in(ByteString.of(directory), name));
    }
  }

  /** {@code /etc/ld-musl-ARCH.path}: directories separated by colons or newlines. */
  private List<String> muslDirectories(ByteString interpreter) throws IOException {
    String loader = BytePath.parse(interpreter).name().toString();
    int end = loader.indexOf(".so");
    String name = end < 0 ? loader : loader.substring(0, end);
    HostRoot.Found file = host.file(ByteString.of("/etc/" + name + ".path"));
    if (file == null) {
      return MUSL_DEFAULT;
    }
    List<String> directories = new ArrayList<>();
    for (String line : Files.readAllLines(host.host(file.path()))) {
      int from = 0;
      while (from < line.length()) {
        int colon = line.indexOf(':', from);
        int to = colon < 0 ? line.length() : colon;
        if (to > from) {
          directories.add(line.substring(from, to));
        }
        from = to + 1;
      }
    }
    return directories;
  }

  private void addAll(
      List<ByteString> directories,
      ByteString name,
      LibraryResolver.Loaded origin,
      List<ByteString> result)
      throws IOException {
    for (ByteString directory : directories) {
      ByteString expanded = expand(directory, origin);
      if (expanded.startsWith("/")) {
        result.add(in(expanded, name));
      }
    }
  }

  private static ByteString in(ByteString directory, ByteString name) {
    return directory.concat(ByteString.of("/")).concat(name);
  }

  /**
   * Replaces $ORIGIN, $LIB and $PLATFORM, with or without braces: ld.so(8), "Rpath token
   * expansion".
   */
  private ByteString expand(ByteString path, LibraryResolver.Loaded origin) throws IOException {
    if (path.indexOf('$') < 0) {
      return path;
    }
    ByteString result = path;
    result = replace(result, "ORIGIN", origin.name().substring(0, origin.name().lastIndexOf('/')));
    result = replace(result, "LIB", ByteString.of(lib(origin.elf())));
    return replace(result, "PLATFORM", ByteString.of(platform(origin.elf())));
  }

  private static ByteString replace(ByteString path, String token, ByteString value) {
    ByteString result = path;
    int from = 0;
    while (true) {
      int dollar = result.indexOf('$', from);
      if (dollar < 0) {
        return result;
      }
      ByteString rest = result.substring(dollar);
      int length = rest.startsWith("${" + token + "}") ? token.length() + 3 : 0;
      if (length == 0 && rest.startsWith("$" + token)) {
        length = token.length() + 1;
      }
      from = dollar + 1;
      if (length > 0) {
        result = result.substring(0, dollar).concat(value).concat(rest.substring(length));
        from = dollar + value.length();
      }
    }
  }

  /**
   * What distributions build into their loader: Debian's multiarch directory, else lib64 or lib.
   */
  private String lib(ElfFile elf) throws IOException {
    String multiarch = "lib/" + multiarch(elf);
    if (host.walk(ByteString.of("/usr/" + multiarch)) != null) {
      return multiarch;
    }
    return elf.wide() ? "lib64" : "lib";
  }

  /** Debian's multiarch triplets (the Multiarch/Tuples list). */
  private static String multiarch(ElfFile elf) {
    return switch (elf.architecture()) {
      case "386" -> "i386-linux-gnu";
      case "arm" -> "arm-linux-gnueabihf";
      case "ppc64le" -> "powerpc64le-linux-gnu";
      case "loong64" -> "loongarch64-linux-gnu";
      default -> platform(elf) + "-linux-gnu";
    };
  }

  /** AT_PLATFORM as the kernel gives it: getauxval(3). */
  private static String platform(ElfFile elf) {
    return switch (elf.architecture()) {
      case "amd64" -> "x86_64";
      case "arm64" -> "aarch64";
      case "386" -> "i686";
      default -> elf.architecture();
    };
  }

  private LdCache cache() throws IOException {
    if (cache == null) {
      HostRoot.Found found = host.file(CACHE);
      if (found == null) {
        cache = LdCache.EMPTY;
      } else {
        try (FileChannel file = host.open(found.path())) {
          cache = LdCache.read(found.path().toString(), ByteSource.of(file));
        }
      }
    }
    return cache;
  }
}
