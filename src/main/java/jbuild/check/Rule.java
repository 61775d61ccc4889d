package jbuild.check;

import java.util.List;

/**
 * The rules. Those of BuildKit have its names (frontend/dockerfile/linter/ruleset.go), so that a
 * {@code check} directive means the same to both.
 */
public enum Rule {
  STAGE_NAME_CASING("StageNameCasing", "Stage names are in lower case"),
  FROM_AS_CASING("FromAsCasing", "AS is written in the case of its FROM"),
  NO_EMPTY_CONTINUATION("NoEmptyContinuation", "No empty lines inside an instruction"),
  CONSISTENT_INSTRUCTION_CASING(
      "ConsistentInstructionCasing", "All instructions are written in the same case"),
  DUPLICATE_STAGE_NAME("DuplicateStageName", "No two stages have the same name"),
  RESERVED_STAGE_NAME("ReservedStageName", "No stage is called scratch or context"),
  JSON_ARGS_RECOMMENDED("JSONArgsRecommended", "CMD and ENTRYPOINT are in JSON form"),
  MAINTAINER_DEPRECATED("MaintainerDeprecated", "The author is a label, not a MAINTAINER"),
  UNDEFINED_ARG_IN_FROM("UndefinedArgInFrom", "FROM uses ARGs that are declared before it"),
  WORKDIR_RELATIVE_PATH("WorkdirRelativePath", "The first WORKDIR of a build is absolute"),
  UNDEFINED_VAR("UndefinedVar", "Variables are set before they are used"),
  MULTIPLE_INSTRUCTIONS_DISALLOWED(
      "MultipleInstructionsDisallowed", "One CMD, ENTRYPOINT and HEALTHCHECK a stage"),
  LEGACY_KEY_VALUE_FORMAT("LegacyKeyValueFormat", "ENV and LABEL are written name=value"),
  INVALID_BASE_IMAGE_PLATFORM(
      "InvalidBaseImagePlatform", "The base image is of the platform that is built for"),
  REDUNDANT_TARGET_PLATFORM(
      "RedundantTargetPlatform", "FROM does not ask for $TARGETPLATFORM, which is the default"),
  SECRETS_USED_IN_ARG_OR_ENV("SecretsUsedInArgOrEnv", "ARG and ENV hold no secrets"),
  INVALID_DEFAULT_ARG_IN_FROM(
      "InvalidDefaultArgInFrom", "The defaults of ARGs give FROM a valid image name"),
  FROM_PLATFORM_FLAG_CONST_DISALLOWED(
      "FromPlatformFlagConstDisallowed", "FROM --platform is not a constant"),
  COPY_IGNORED_FILE("CopyIgnoredFile", "COPY and ADD name nothing that .dockerignore excludes"),
  INVALID_DEFINITION_DESCRIPTION(
      "InvalidDefinitionDescription", "Comments on ARG and FROM begin with the name they describe"),
  EXPOSE_PROTO_CASING("ExposeProtoCasing", "Protocols of EXPOSE are in lower case"),
  EXPOSE_INVALID_FORMAT("ExposeInvalidFormat", "EXPOSE names no address and no port of the host"),

  HEREDOC_WITHOUT_ERREXIT(
      "HeredocWithoutErrexit", "A script in a here-document stops at its first error"),
  PIPE_WITHOUT_PIPEFAIL("PipeWithoutPipefail", "A pipe fails when any of its commands does"),
  RECURSIVE_CHOWN_LAYER(
      "RecursiveChownLayer", "No chown or chmod -R stores the files of an earlier layer again"),
  DELETED_IN_LATER_LAYER(
      "DeletedInLaterLayer", "Files are deleted in the layer that made them, or not made"),
  SECRET_COPIED("SecretCopied", "COPY and ADD take no keys and credentials into an image"),
  UNPINNED_BASE("UnpinnedBase", "Base images have a tag that does not move", Severity.INFO),
  ADD_INSTEAD_OF_COPY("AddInsteadOfCopy", "ADD is for what COPY cannot do", Severity.INFO),
  PACKAGE_CACHE_LEFT("PackageCacheLeft", "Package managers leave no caches in a layer"),
  NOT_PORTABLE("NotPortable", "Nothing but jbuild understands this (with --dockerfile)"),
  INVALID_BUILDFILE(
      "InvalidBuildfile", "The file can be parsed, and its stages resolved", Severity.ERROR);

  /** Shared, because values() copies. */
  private static final List<Rule> ALL = List.of(values());

  private final String id;
  private final String description;
  private final Severity severity;

  Rule(String id, String description) {
    this(id, description, Severity.WARNING);
  }

  Rule(String id, String description, Severity severity) {
    this.id = id;
    this.description = description;
    this.severity = severity;
  }

  public static List<Rule> all() {
    return ALL;
  }

  /** The name, as {@code check=skip=} takes it. */
  public String id() {
    return id;
  }

  /** One line: what is right. */
  public String description() {
    return description;
  }

  public Severity severity() {
    return severity;
  }

  /** Where the rule is explained, from the root of the project's sources. */
  public String page() {
    return "docs/checks/" + id + ".md";
  }

  /** Whether BuildKit has it too: only such rules may fail a build by {@code check=error=true}. */
  public boolean isBuildKits() {
    return compareTo(HEREDOC_WITHOUT_ERREXIT) < 0;
  }

  /** Off unless {@code check=experimental=} names it, as in BuildKit. */
  boolean isExperimental() {
    return this == INVALID_DEFINITION_DESCRIPTION;
  }
}
