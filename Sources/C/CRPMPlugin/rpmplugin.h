/*
 * What the plugin uses of librpm beyond packages and databases, of the C
 * library, and wrappers for what Swift cannot call: variadic functions.
 */
#ifndef CRPMPLUGIN_H
#define CRPMPLUGIN_H

#include <errno.h>
#include <fcntl.h>
#include <rpm/rpmlog.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

/* A GNU extension; see CLinux for why not by defining _GNU_SOURCE. */
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

/* Makes a file that is not there yet. */
static inline int crpmplugin_create(int dir, const char *name)
{
	return openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
}

/* A warning in rpm's log: what it is about, what is wrong, and why, or NULL. */
static inline void crpmplugin_warn(const char *subject, const char *reason, const char *detail)
{
	rpmlog(RPMLOG_WARNING, "diglim: %s: %s%s%s\n", subject, reason,
	       detail ? ": " : "", detail ? detail : "");
}

/* The same for a header: the tag that is wrong, or NULL, and the number, or NULL. */
static inline void crpmplugin_warn_of_header(const char *subject, const char *tag,
					     const char *reason, const unsigned long *number)
{
	char digits[24] = "";

	if (number)
		snprintf(digits, sizeof(digits), " %lu", *number);
	rpmlog(RPMLOG_WARNING, "diglim: %s: %s%s%s%s\n", subject, tag ? tag : "",
	       tag ? ": " : "", reason, digits);
}

/* The same for a program that has ended with a status of waitpid(2). */
static inline void crpmplugin_warn_of_status(const char *program, int status)
{
	if (WIFSIGNALED(status))
		rpmlog(RPMLOG_WARNING, "diglim: %s: killed by signal %d\n", program,
		       WTERMSIG(status));
	else
		rpmlog(RPMLOG_WARNING, "diglim: %s: exit status %d\n", program,
		       WEXITSTATUS(status));
}

/* One line that a program has written. */
static inline void crpmplugin_warn_line(const char *line)
{
	rpmlog(RPMLOG_WARNING, "diglim: %s\n", line);
}

#endif
