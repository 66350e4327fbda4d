/*
 * Stands in for a parser: writes down what it finds, and then does what the file
 * of its name in /behaviour says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define DESCRIPTORS 256

static void record_mount(FILE *record, const char *path)
{
	struct statfs status;

	if (statfs(path, &status))
		return;
	fprintf(record, "%s %lx%s%s%s%s\n", path, (unsigned long)status.f_type,
		status.f_flags & ST_NOSUID ? " nosuid" : "",
		status.f_flags & ST_NODEV ? " nodev" : "",
		status.f_flags & ST_NOEXEC ? " noexec" : "",
		status.f_flags & ST_RELATIME ? " relatime" : "");
}

static void record_signals(FILE *record)
{
	sigset_t blocked;

	sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (int number = 1; number < NSIG; number++)
		if (sigismember(&blocked, number) == 1)
			fprintf(record, "blocked %d\n", number);
}

static void append(const char *path, const char *line)
{
	FILE *file = fopen(path, "a");

	fprintf(file, "%s\n", line);
	fclose(file);
}

/* Stays behind with a file system in use, until a file tells it to end. */
static void hold(const char *path)
{
	if (fork() > 0)
		return;
	if (chdir(path))
		_exit(1);
	append("/record/holding", path);
	alarm(120);
	while (access("/record/release", F_OK))
		usleep(1000);
	_exit(0);
}

static void run_real_parser(char *interface, char **argv)
{
	char *arguments[] = {
		"/real/rpm_parser", "--interface", interface, argv[1], argv[2], NULL,
	};

	execv(arguments[0], arguments);
	_exit(99);
}

int main(int argc, char **argv, char **envp)
{
	const char *name = strrchr(argv[0], '/') + 1;
	char path[4096], behaviour[4096] = "exit 0";
	int open_descriptors[DESCRIPTORS];
	FILE *file;

	for (int fd = 0; fd < DESCRIPTORS; fd++)
		open_descriptors[fd] = fcntl(fd, F_GETFD) >= 0;
	snprintf(path, sizeof(path), "/record/%s", name);
	file = fopen(path, "a");
	for (int index = 0; index < argc; index++)
		fprintf(file, "argument %s\n", argv[index]);
	for (char **entry = envp; *entry; entry++)
		fprintf(file, "environment %s\n", *entry);
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		if (open_descriptors[fd])
			fprintf(file, "descriptor %d\n", fd);
	fprintf(file, "directory %s\n", getcwd(path, sizeof(path)));
	record_signals(file);
	record_mount(file, "/proc");
	record_mount(file, "/sys");
	record_mount(file, "/sys/kernel/security");
	fclose(file);
	append("/record/runs", name);

	snprintf(path, sizeof(path), "/behaviour/%s", name);
	file = fopen(path, "r");
	if (file) {
		fgets(behaviour, sizeof(behaviour), file);
		fclose(file);
	}
	if (!strncmp(behaviour, "exit ", 5))
		return atoi(behaviour + 5);
	if (!strncmp(behaviour, "kill ", 5))
		raise(atoi(behaviour + 5));
	if (!strncmp(behaviour, "hold ", 5)) {
		hold(behaviour + 5);
		while (access("/record/holding", F_OK))
			usleep(1000);
		return 0;
	}
	if (!strncmp(behaviour, "interface ", 10))
		run_real_parser(behaviour + 10, argv);
	if (!strcmp(behaviour, "wait"))
		pause();
	return 98;
}
