/**
 * Doors that fail: a file system and a kernel that pass everything on and let one chosen operation
 * go wrong. For tests that ask what is left after any failure at any place.
 */
package jbuild.faults;
