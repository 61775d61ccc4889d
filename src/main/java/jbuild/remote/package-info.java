/**
 * What ADD and contexts fetch: files by HTTP, kept and asked for again only when they changed, and
 * trees of git repositories. Images do not come from here.
 */
@NullMarked
package jbuild.remote;

import org.jspecify.annotations.NullMarked;
