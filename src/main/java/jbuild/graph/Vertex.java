package jbuild.graph;

import jbuild.buildfile.Instruction;

/**
 * One instruction of a stage.
 *
 * @param number its place in the stage, counted from 1
 * @param isTrigger whether it comes from an ONBUILD of the stage's base
 * @param input what COPY and ADD read from; the context for all others, who read nothing
 */
public record Vertex(
    int stage, int number, Instruction instruction, InputRef input, boolean isTrigger) {}
