/*
 * What the tools use of glibc that Swift's own module of it lacks. Not by defining
 * _GNU_SOURCE: it changes types, and two modules with different definitions of one type
 * do not go together.
 */
#ifndef CGLIBC_H
#define CGLIBC_H

#include <getopt.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* GNU extensions of <unistd.h>. */
int pipe2(int descriptors[2], int flags);
int syncfs(int fd);
int fork(void);
int close_range(unsigned int first, unsigned int last, int flags);
/* From <sys/xattr.h>, which brings types that depend on what was asked for before. */
long fgetxattr(int fd, const char *name, void *value, unsigned long size);

/* Swift takes global variables for a race between threads. */
static inline int cglibc_getopt_index(void)
{
	return optind;
}

/* Swift does not offer fork(), as its runtime does not know of threads that are gone. */
static inline int cglibc_fork(void)
{
	return fork();
}

/*
 * Gives up for this process and for good what it does not need to read files:
 * all ways to write any, as far as the kernel knows Landlock, and with it to
 * trace others; and all capabilities but that of reading everybody's files.
 */
static inline void cglibc_keep_to_reading(void)
{
	struct landlock_ruleset_attr rules = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE |
				     LANDLOCK_ACCESS_FS_WRITE_FILE |
				     LANDLOCK_ACCESS_FS_REMOVE_DIR |
				     LANDLOCK_ACCESS_FS_REMOVE_FILE |
				     LANDLOCK_ACCESS_FS_MAKE_CHAR |
				     LANDLOCK_ACCESS_FS_MAKE_DIR |
				     LANDLOCK_ACCESS_FS_MAKE_REG |
				     LANDLOCK_ACCESS_FS_MAKE_SOCK |
				     LANDLOCK_ACCESS_FS_MAKE_FIFO |
				     LANDLOCK_ACCESS_FS_MAKE_BLOCK |
				     LANDLOCK_ACCESS_FS_MAKE_SYM,
	};
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { { 0 } }, own[2] = { { 0 } };
	long ruleset;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	ruleset = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules.handled_access_fs), 0);
	if (ruleset >= 0) {
		syscall(SYS_landlock_restrict_self, ruleset, 0);
		close((int)ruleset);
	}
	if (syscall(SYS_capget, &header, own))
		return;
	none[0].permitted = none[0].effective = own[0].permitted & 1 << CAP_DAC_READ_SEARCH;
	syscall(SYS_capset, &header, none);
}

static inline const char *cglibc_getopt_argument(void)
{
	return optarg;
}

#endif
