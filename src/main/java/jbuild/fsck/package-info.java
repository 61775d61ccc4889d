/** Verifies a data root, and repairs what can be derived again. */
@NullMarked
package jbuild.fsck;

import org.jspecify.annotations.NullMarked;
