/*
 * Attacks on whatever confines this program, each one harmless where it succeeds: it shows that a
 * thing could be done (opens a file for writing, gets past a permission check) and does not do it.
 */
#ifndef PROBE_H
#define PROBE_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the attacker is told of the outside, so that it need not guess. */
struct facts {
  long pid;          /* the canary, a process */
  const char *file;  /* a file of the host, absolute, that holds the token */
  const char *token; /* a text that is nowhere else; also in the canary's arguments and memory */
  unsigned long at;  /* the address of the token in the canary */
  int key;           /* of System V IPC objects */
  unsigned disk[2];  /* major and minor of the host's disk */
  unsigned long exe[2]; /* device and inode of the program that runs the sandbox */
  unsigned long net, uts, pids; /* inodes of the host's namespaces */
  const char *home;  /* where this program and its files lie */
};

extern struct facts facts;

/* An attack, or a system call whose permission is asked for before its arguments matter. */
struct row {
  const char *name;
  void (*attack)(void);
  long number;
  long arguments[6];
};

extern const struct row file_rows[], kernel_file_rows[], process_rows[], ipc_rows[], device_rows[],
    mount_rows[], call_rows[], privilege_rows[], helper_rows[],
    held_rows[], resource_rows[];

/* The verdicts; each ends the attack. */
_Noreturn void refused(int error);
_Noreturn void absent(int error);
_Noreturn void harmless(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void escaped(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For a call whose permission is checked first: any other error was met beyond the check. */
_Noreturn void past_check(long result);

/* Whether path, or what lies behind it, is the canary's file. */
bool is_canary(int directory, const char *path);

/* Calls visit with the name of each process that /proc shows, but for this one. */
void each_process(void (*visit)(const char *process));

/* Calls visit for each file below path, up to a bound. */
void each_file(const char *path, int depth, void (*visit)(const char *file));

/* The inode of one of this process's namespaces. */
unsigned long namespace_of(const char *name);

#endif
