/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the static programs begin: in front of _start of glibc, whose code obeys
 * variables long before main(). What it does not find it cannot obey.
 *
 * Nothing is relocated yet, and there is no thread-local storage: no stack protector,
 * no pointer in data, and no function of glibc's, not even one that the compiler finds
 * in a loop, for which the accesses are volatile.
 */
#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a service manager tells watch_digest_lists. None of it means anything to glibc. */
static const char service_variables[][16] = {
	"NOTIFY_SOCKET=", "WATCHDOG_PID=", "WATCHDOG_USEC=",
};

static bool is_of_service(const volatile char *entry)
{
	for (size_t i = 0; i < sizeof(service_variables) / sizeof(*service_variables); i++) {
		const char *name = service_variables[i];
		size_t length = 0;

		while (name[length] && entry[length] == name[length])
			length++;
		if (!name[length])
			return true;
	}
	return false;
}

/*
 * The kernel leaves on the stack: the number of arguments, the arguments, NULL, the
 * environment, NULL, and the auxiliary vector, which glibc looks for behind that NULL.
 */
__attribute__((used)) static void empty_environment(uintptr_t *stack, bool keeps_service)
{
	volatile uintptr_t *to = stack + 1 + stack[0] + 1, *from = to;
	uintptr_t type;

	for (; *from; from++)
		if (keeps_service && is_of_service((const char *)*from))
			*to++ = *from;
	*to++ = *from++;
	do {
		type = *from++;
		*to++ = type;
		*to++ = *from++;
	} while (type != AT_NULL);
}

/* As the kernel does, no function to be called at exit is handed to _start. */
#if defined(__x86_64__)
#define ENTER(KEEPS) \
	"mov %rsp, %rdi; mov $" #KEEPS ", %esi; call empty_environment; xor %edx, %edx; jmp _start;"
#elif defined(__aarch64__)
#define ENTER(KEEPS) \
	"mov x0, sp; mov w1, #" #KEEPS "; bl empty_environment; mov x0, #0; b _start;"
#else
#error "how does a program begin here, and which register has what to call at exit?"
#endif

#define ENTRY(NAME, KEEPS) \
	__asm__(".globl " #NAME "; .type " #NAME ", %function; " #NAME ": " ENTER(KEEPS))

ENTRY(start_empty, 0);
ENTRY(start_service, 1);
