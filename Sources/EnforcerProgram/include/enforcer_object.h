/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs, as the compiler has made them for the kernel, and what libbpf says
 * of them.
 */
#ifndef ENFORCER_OBJECT_H
#define ENFORCER_OBJECT_H

#include <stddef.h>

/* The ELF object, and its size in bytes. */
const void *enforcer_object(size_t *size);

/* Has libbpf's warnings collected, in place of printing them. */
void enforcer_collect_messages(void);

/* The last warnings that were collected, which then are no more. */
const char *enforcer_take_messages(void);

#endif
