/* SPDX-License-Identifier: GPL-2.0 */
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "include/enforcer_object.h"

static const unsigned char object[] __attribute__((aligned(16))) = {
#include "enforcer.bpf.inc"
};

const void *enforcer_object(size_t *size)
{
	*size = sizeof(object);
	return object;
}

/* The end says what went wrong; a verifier's log is longer than anybody reads. */
static char messages[2][2048];
static size_t used;

static int collect(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char line[1024];
	size_t size;

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(line, sizeof(line), format, arguments);
	size = strlen(line);
	if (used + size >= sizeof(messages[0])) {
		size_t excess = used + size - sizeof(messages[0]) + 1;

		if (excess > used)
			excess = used;
		memmove(messages[0], messages[0] + excess, used - excess);
		used -= excess;
	}
	memcpy(messages[0] + used, line, size + 1);
	used += size;
	return 0;
}

void enforcer_collect_messages(void)
{
	libbpf_set_print(collect);
}

const char *enforcer_take_messages(void)
{
	memcpy(messages[1], messages[0], used + 1);
	used = 0;
	messages[0][0] = 0;
	return messages[1];
}
