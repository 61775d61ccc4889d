package jbuild.build;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jbuild.buildfile.BuildfileException;
import jbuild.graph.GitUrl;
import jbuild.graph.PlatformName;
import jbuild.graph.RemoteSource;
import jbuild.store.Image;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of {@code --build-context}, each opened when it is first needed. What a value means
 * is told by its prefix; without any it is a directory, a tar, or an image, whichever is there.
 */
final class NamedContexts {
  private static final List<String> IMAGES =
      List.of("docker-image://", "container-image://", "docker://");
  private static final String LAYOUT = "oci-layout://";

  private final BuildTools tools;
  private final Map<String, String> values;
  private final ContextLoader loader;
  private final BaseImages images;
  private final Map<Wanted, NamedContext> opened = new HashMap<>();

  private record Wanted(String name, PlatformName platform) {}

  NamedContexts(BuildTools tools, Map<String, String> values, BaseImages images) {
    this.tools = tools;
    this.values = values;
    this.loader = new ContextLoader(tools);
    this.images = images;
  }

  /**
   * @param platform the one to take of an image that is there for several
   */
  NamedContext get(String name, PlatformName platform) throws IOException {
    Wanted wanted = new Wanted(name, platform);
    NamedContext known = opened.get(wanted);
    if (known == null) {
      known = open(name, values.getOrDefault(name, ""), platform);
      opened.put(wanted, known);
    }
    return known;
  }

  private NamedContext open(String name, String value, PlatformName platform) throws IOException {
    String lower = value.toLowerCase(Locale.ROOT);
    for (String prefix : IMAGES) {
      if (lower.startsWith(prefix)) {
        return image(name, value, value.substring(prefix.length()), platform);
      }
    }
    if (lower.startsWith(LAYOUT)) {
      return new NamedContext.Image(
          new OciLayouts(tools)
              .read(flag(name, value), value.substring(LAYOUT.length()), platform));
    }
    if (GitUrl.isGit(value)) {
      return files(loader.git(value));
    }
    if (RemoteSource.isHttp(value)) {
      return files(loader.http(value).tree());
    }
    return local(name, value, platform);
  }

  private NamedContext local(String name, String value, PlatformName platform) throws IOException {
    Path path = path(value);
    if (path != null && Files.isDirectory(path)) {
      return directory(path.toRealPath());
    }
    if (path != null && Files.isRegularFile(path)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
        if (!ContextLoader.isTar(in)) {
          throw new IOException(flag(name, value) + ": neither a directory nor a tar");
        }
        return files(loader.tar(value, in, false));
      }
    }
    Image image = images.find(value, platform);
    if (image == null) {
      throw new IOException(
          flag(name, value) + ": there is no directory, tar or image of that name");
    }
    return new NamedContext.Image(Bases.image(tools.images(), image));
  }

  private static @Nullable Path path(String value) {
    try {
      return Path.of(value).toAbsolutePath();
    } catch (InvalidPathException noPath) {
      return null;
    }
  }

  private NamedContext directory(Path directory) throws IOException {
    BuildContext context = BuildContext.of(directory);
    for (String name : ContextLoader.IGNORE_FILES) {
      byte[] rules = loader.read(context.tree(), name);
      if (rules != null) {
        try {
          String file = directory.resolve(name).toString();
          return new NamedContext.Files(context.ignoring(file, name, rules));
        } catch (BuildfileException wrong) {
          throw new IOException(wrong.getMessage(), wrong);
        }
      }
    }
    return new NamedContext.Files(context);
  }

  private static NamedContext files(ContextTree tree) {
    return new NamedContext.Files(BuildContext.of(tree));
  }

  private NamedContext image(String name, String value, String reference, PlatformName platform)
      throws IOException {
    if (reference.equals(Bases.SCRATCH)) {
      return new NamedContext.Image(Bases.scratch(BaseImages.platform(platform)));
    }
    Image image = images.find(reference, platform);
    if (image == null) {
      throw new IOException(
          flag(name, value)
              + ": no image of that name in "
              + tools.root()
              + " (jbuild images lists those there are; registries are not asked)");
    }
    return new NamedContext.Image(Bases.image(tools.images(), image));
  }

  private static String flag(String name, String value) {
    return "--build-context " + name + "=" + RemoteSource.hideUser(value);
  }
}
