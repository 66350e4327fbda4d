/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keep the dynamic loader out of the static parser.
 *
 * glibc translates its own messages, converts them between character sets for
 * that, and loads a shared object for a character set that it does not know: so
 * even an empty static program holds dlopen(). With these two in the place of
 * glibc's, there is no such shared object, and the linker leaves dlopen() out.
 */
#include <stddef.h>

struct __gconv_loaded_object;

struct __gconv_loaded_object *__gconv_find_shlib(const char *name)
{
	return NULL;
}

void __gconv_release_shlib(struct __gconv_loaded_object *object)
{
}
