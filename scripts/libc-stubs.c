/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What glibc brings into every static program, and these never need. Each function
 * here takes the place of glibc's own, whose object file the linker then leaves out,
 * with all that only this refers to.
 *
 * A glibc in which the rest of such an object file is needed does not link: it would
 * have a function twice.
 */
#include <stddef.h>
#include <stdlib.h>

/*
 * Translations of glibc's messages: catalogues and lists of aliases are files, and what
 * they hold is converted between character sets, by shared objects that dlopen() loads.
 * Without setlocale() there is none, and each message is what it is.
 */
char *__dcgettext(const char *domain, const char *message, int category)
{
	return (char *)message;
}

/*
 * Wide characters, converted by the same means. Streams and formats of the program have
 * none, so nobody arrives here, nor looks for a step of the conversion where there is NULL.
 */
const struct {
	void *steps_to_wide;
	size_t count_to_wide;
	void *steps_from_wide;
	size_t count_from_wide;
} __wcsmbs_gconv_fcts_c;

void __wcsmbs_load_conv(void *locale)
{
	abort();
}

void __wcsmbs_clone_conv(void *copy)
{
	abort();
}

int __wcsmbs_named_conv(void *copy, const char *name)
{
	abort();
}

/* Where to look for shared objects: these folders are only used to load one. */
void _dl_init_paths(void)
{
}

/*
 * The folder of the executable, $ORIGIN in such a path, read from /proc/self/exe.
 * So it says where there is no /proc.
 */
const char *_dl_get_origin(void)
{
	return (const char *)-1;
}

/*
 * Whether a format with %n is in read-only memory, read from /proc/self/maps. It is
 * not: there is no such format, and glibc ends the program if there is.
 */
int __readonly_area(const void *area, size_t size)
{
	return -1;
}
