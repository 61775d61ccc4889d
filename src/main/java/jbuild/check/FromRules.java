package jbuild.check;

import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.SyntaxException;
import jbuild.buildfile.Word;
import jbuild.graph.PlatformName;
import jbuild.oci.ImageReference;
import jbuild.oci.OciFormatException;
import org.jspecify.annotations.Nullable;

/** What FROM names. */
final class FromRules {
  private final Site site;
  private final Instruction.From from;
  private final ShellWords words;
  private final Globals globals;

  FromRules(Site site, Instruction.From from, ShellWords words, Globals globals) {
    this.site = site;
    this.from = from;
    this.words = words;
    this.globals = globals;
  }

  /** Variables and the platform flag; BuildKit looks at all stages, needed or not. */
  void checkArguments() {
    undefined(Expansion.of(words, from.base().text(), globals.values()), from.base());
    Flag flag = from.platform();
    String value = flag == null ? null : flag.value();
    if (flag == null || value == null) {
      return;
    }
    Word word = new Word(value, flag.range());
    Expansion platform = Expansion.of(words, value, globals.values());
    undefined(platform, word);
    boolean onlyTarget =
        platform.unmatched().isEmpty()
            && platform.matched().size() == 1
            && platform.matched().contains("TARGETPLATFORM");
    if (onlyTarget && platform.text().equals(globals.values().get("TARGETPLATFORM"))) {
      site.warn(
          Rule.REDUNDANT_TARGET_PLATFORM,
          site.at(word),
          "Setting platform to predefined "
              + value
              + " in FROM is redundant as this is the default behavior",
          null);
    }
    if (platform.isConstant()) {
      constant(platform.text(), word);
    }
  }

  private void undefined(Expansion expansion, Word word) {
    for (String name : expansion.unmatched()) {
      if (globals.names().contains(name)) {
        continue;
      }
      String near = NearMiss.of(name, globals.names());
      site.warn(
          Rule.UNDEFINED_ARG_IN_FROM,
          site.at(word),
          "FROM argument '"
              + name
              + "' is not declared"
              + (near == null ? "" : " (did you mean " + near + "?)"),
          null);
    }
  }

  /** A stage that has the platform in its name is meant to be of that platform. */
  private void constant(String text, Word word) {
    PlatformName platform = parse(text);
    Word name = from.name();
    String stage = name == null ? "" : name.text();
    if (platform != null
        && !stage.contains(platform.os())
        && !stage.contains(platform.architecture())) {
      site.warn(
          Rule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
          site.at(word),
          "FROM --platform flag should not use constant value \"" + text + '"',
          null);
    }
  }

  static @Nullable PlatformName parse(String text) {
    try {
      return PlatformName.parse(text);
    } catch (SyntaxException notOne) {
      return null; // the build says so
    }
  }

  /**
   * @param defaults what FROM sees without any build arguments
   */
  void checkDefault(Globals defaults, CheckConfig fileConfig, StageLinks links) {
    String name = Expansion.of(words, from.base().text(), defaults.values()).text();
    if (!isOurs(name) && !links.isStage(name) && reference(name) == null) {
      site.report()
          .add(
              fileConfig,
              Rule.INVALID_DEFAULT_ARG_IN_FROM,
              site.at(from.base()),
              "Default value for ARG "
                  + from.base()
                  + " results in empty or invalid base image name",
              null);
    }
  }

  /** An image that the stage needs, and what is known of it. */
  void checkImage(String name, KnownImages images, PlatformName expected, CheckConfig fileConfig) {
    unpinned(site, name, site.at(from.base()));
    KnownImages.Facts facts = images.find(name);
    if (facts == null) {
      return;
    }
    PlatformName actual = facts.platform();
    if (!actual.os().equals(expected.os())
        || !actual.architecture().equals(expected.architecture())) {
      site.report()
          .add(
              fileConfig,
              Rule.INVALID_BASE_IMAGE_PLATFORM,
              site.at(from.base()),
              "Base image "
                  + name
                  + " was pulled with platform \""
                  + actual
                  + "\", expected \""
                  + expected
                  + "\" for current build",
              null);
    }
  }

  /** Of FROM and of COPY --from. */
  static void unpinned(Site site, String name, SourceRange range) {
    ImageReference reference = reference(name);
    if (reference == null || reference.digest() != null) {
      return;
    }
    String tag = reference.tag();
    if (tag == null || tag.equals("latest")) {
      site.warn(
          Rule.UNPINNED_BASE,
          range,
          "image " + name + (tag == null ? " has no tag" : " has a tag that moves"),
          "name a version, or a digest");
    }
  }

  /** Bases that only jbuild has. */
  static boolean isOurs(String name) {
    return name.equals("host") || name.startsWith("iso:") || name.startsWith("rootfs:");
  }

  private static @Nullable ImageReference reference(String name) {
    try {
      return ImageReference.parse(name);
    } catch (OciFormatException notOne) {
      return null;
    }
  }
}
