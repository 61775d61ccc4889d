package jbuild.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.build.ImageAdditions;
import jbuild.build.ImageAnnotation;
import jbuild.build.PullPolicy;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.SyntaxException;
import jbuild.graph.PlatformName;
import jbuild.oci.Platform;

/** The options of {@code build} that say what the image is to be, beside the file. */
final class ImageOptions {
  private static final List<String> POLICIES = List.of("never", "missing", "always");

  private ImageOptions() {}

  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.value(
            "OS/ARCH[/VARIANT]",
            "What to build for (default: this machine). Others need bases for it, and RUN an"
                + " emulator in binfmt_misc.",
            "--platform"),
        OptionSpec.list("NAME=VALUE", "A label; wins over LABEL.", "--label"),
        OptionSpec.list(
            "[TYPE:]KEY=VALUE",
            "An annotation of the manifest, or of its descriptor with manifest-descriptor as TYPE.",
            "--annotation"),
        OptionSpec.optionalValue(
            "POLICY",
            "When to fetch bases: never, missing (default) or always, which --pull alone means. As"
                + " there are no registries yet, always fails for images.",
            "--pull"));
  }

  /** This machine, in the words of {@code --platform}. */
  static PlatformName host() {
    Platform host = Platform.host();
    String variant = host.variant();
    return PlatformName.normalized(host.os(), host.architecture(), variant == null ? "" : variant);
  }

  static PlatformName platform(Arguments arguments) throws UsageException {
    String given = arguments.text("--platform");
    if (given == null || given.equals("local") || given.equals("linux")) {
      return host();
    }
    if (given.indexOf(',') >= 0) {
      throw new UsageException(
          "--platform " + given + ": one platform a build (build each under a name of its own)");
    }
    try {
      return PlatformName.parse(given);
    } catch (SyntaxException wrong) {
      throw new UsageException("--platform " + given + ": " + wrong.getMessage());
    }
  }

  static PullPolicy pull(Arguments arguments) throws UsageException {
    String given = arguments.text("--pull", "missing");
    return switch (given) {
      case "never", "false" -> PullPolicy.NEVER;
      case "missing", "ifmissing" -> PullPolicy.MISSING;
      case "always", "true" -> PullPolicy.ALWAYS;
      default -> {
        String hint = Suggestion.hint(given, POLICIES);
        throw new UsageException(
            "--pull "
                + given
                + ": no such policy ("
                + (hint == null ? "it can be " + String.join(", ", POLICIES) : hint)
                + ")");
      }
    };
  }

  static ImageAdditions additions(Arguments arguments, PlatformName platform)
      throws UsageException {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : arguments.list("--label")) {
      int equals = label.indexOf('=');
      if (equals == 0 || label.isEmpty()) {
        throw new UsageException("--label " + label + ": not of the form NAME=VALUE");
      }
      labels.put(
          equals < 0 ? label : label.substring(0, equals),
          equals < 0 ? "" : label.substring(equals + 1));
    }
    List<ImageAnnotation> annotations = new ArrayList<>();
    for (String given : arguments.list("--annotation")) {
      annotations.addAll(annotations(given, platform));
    }
    return new ImageAdditions(labels, annotations);
  }

  private static List<ImageAnnotation> annotations(String given, PlatformName platform)
      throws UsageException {
    List<ImageAnnotation> annotations;
    try {
      annotations = ImageAnnotation.parse(given);
    } catch (SyntaxException wrong) {
      throw new UsageException("--annotation " + given + ": " + wrong.getMessage());
    }
    for (ImageAnnotation annotation : annotations) {
      ImageAnnotation.Type type = annotation.type();
      if (type == ImageAnnotation.Type.INDEX || type == ImageAnnotation.Type.INDEX_DESCRIPTOR) {
        throw new UsageException(
            "--annotation " + given + ": an image for one platform has no index");
      }
      PlatformName meant = annotation.platform();
      if (meant != null && !meant.equals(platform)) {
        throw new UsageException(
            "--annotation " + given + ": the image is for " + platform + ", not for " + meant);
      }
    }
    return annotations;
  }
}
