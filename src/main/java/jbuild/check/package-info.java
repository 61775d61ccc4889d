/**
 * What is wrong with a Buildfile that can be built nevertheless: BuildKit's rules by their names
 * and conditions, and rules about the layers that the file makes. No input or output: bytes come
 * from who has them. {@link jbuild.check.Checker} looks at a file, {@link jbuild.check.ByteRules}
 * at the layers that were made of it. Each rule has a page in docs/checks.
 */
@NullMarked
package jbuild.check;

import org.jspecify.annotations.NullMarked;
