package jbuild.fs.iso9660;

/** Which of the names that an image has for one file are used. */
enum Naming {
  ROCK_RIDGE,
  JOLIET,
  PLAIN
}
