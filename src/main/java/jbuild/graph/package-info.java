/**
 * From syntax to work: which stages a target needs and in what order ({@link
 * jbuild.graph.Planner}), and what each instruction of a stage does once its base is known ({@link
 * jbuild.graph.StageExpander}): typed operations with every variable expanded. Pure: nothing is
 * read, fetched or executed here. "BuildKit" in comments is its frontend/dockerfile/dockerfile2llb.
 */
@NullMarked
package jbuild.graph;

import org.jspecify.annotations.NullMarked;
