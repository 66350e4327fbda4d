/*
 * The Linux and C library interfaces that the trusted code uses, and wrappers
 * for what Swift cannot call: variadic functions and macros.
 */
#ifndef CLINUX_H
#define CLINUX_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * GNU extensions. Not by defining _GNU_SOURCE: it changes types, and two
 * modules with different definitions of one type do not go together.
 */
int pipe2(int[2], int);
const char *strerrorname_np(int);
const char *strerrordesc_np(int);

static inline int clinux_errno(void)
{
	return errno;
}

static inline void clinux_set_errno(int number)
{
	errno = number;
}

static inline const char *clinux_entry_name(const struct dirent *entry)
{
	return entry->d_name;
}

static inline int clinux_openat(int dir, const char *path, int flags)
{
	return openat(dir, path, flags);
}

/* glibc has no wrapper for openat2(2). */
static inline int clinux_open_entry(int dir, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)flags,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
}

/* Whether malloc() has so much memory now. The compiler must not do without it. */
static inline bool clinux_can_allocate(size_t size)
{
	void *memory = malloc(size);

	__asm__ volatile("" : : "r"(memory) : "memory");
	free(memory);
	return memory != NULL;
}

/* Opens for writing what no symbolic link leads to, without waiting for a reader. */
static inline int clinux_open_device(const char *path)
{
	struct open_how how = {
		.flags = O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

/* Has writes wait for as long as they have to. */
static inline void clinux_set_blocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

static inline int clinux_descriptor_flags(int fd)
{
	return fcntl(fd, F_GETFD);
}

/* A descriptor from which nothing can be read and to which nothing written. */
static inline int clinux_open_placeholder(void)
{
	return open("/", __O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/*
 * The signals of what a process keeps through exec: descriptors, limits, timers
 * and a terminal. Ignored, they leave the error of a call, or nothing.
 */
static inline void clinux_ignore_inherited_signals(void)
{
	static const int signals[] = {
		SIGPIPE, SIGXFSZ, SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF, SIGTTOU,
	};

	for (unsigned int i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_IGN);
}

/* Without this, nobody would hear of children where the signal was ignored before exec. */
static inline void clinux_expect_children(void)
{
	signal(SIGCHLD, SIG_DFL);
}

/* Mounts a file system of the kernel's that is named as its type. */
static inline int clinux_mount(const char *type, const char *target)
{
	return mount(type, target, type, MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME, NULL);
}

/* What seccomp_data.arch is for the calls of this program. */
#if defined(__x86_64__)
static const unsigned int clinux_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
static const unsigned int clinux_architecture = AUDIT_ARCH_AARCH64;
#else
#error "name the architecture as <linux/audit.h> does"
#endif

/* No privileges but those that there are, and no system calls but those of a filter. */
static inline int clinux_filter_calls(struct sock_filter *filter, unsigned short count)
{
	struct sock_fprog program = { .len = count, .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* The path by which the program was started, from the kernel itself. */
static inline const char *clinux_program_path(void)
{
	return (const char *)getauxval(AT_EXECFN);
}

static inline int clinux_datagram_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/*
 * Whether the other end is a socket of the journal's, /run/systemd/journal/stdout or, for a
 * namespace of its, /run/systemd/journal.NAME/stdout.
 */
static inline bool clinux_leads_to_journal(int fd)
{
	static const char start[] = "/run/systemd/journal";
	struct sockaddr_un peer = { .sun_family = AF_UNSPEC };
	socklen_t size = sizeof(peer);

	return getpeername(fd, (struct sockaddr *)&peer, &size) == 0 &&
	       peer.sun_family == AF_UNIX && !strncmp(peer.sun_path, start, sizeof(start) - 1);
}

/* What a signal handler may have written. */
static inline int clinux_load(const int *number)
{
	return *(const volatile int *)number;
}

/* The exit status, or the negative number of the signal that ended a process. */
static inline int clinux_exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline ssize_t clinux_read_two(int fd, void *first, size_t first_size,
				      void *second, size_t second_size)
{
	struct iovec parts[] = {
		{ first, first_size },
		{ second, second_size },
	};

	return readv(fd, parts, 2);
}

#endif
