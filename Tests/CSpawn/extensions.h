/*
 * GNU extensions that Swift's own module of the C library lacks. Not by defining
 * _GNU_SOURCE: it changes types, and two modules with different definitions of
 * one type do not go together.
 */
#ifndef CSPAWN_H
#define CSPAWN_H

#include <spawn.h>

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
int memfd_create(const char *, unsigned int);
const char *strerrorname_np(int);

#endif
