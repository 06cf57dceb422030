// SPDX-License-Identifier: GPL-2.0
#include "doctor/run.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"

/* A file with @input, read from its start; or nothing to read. */
static int open_input(const char *input)
{
	size_t len = input ? strlen(input) : 0;
	int fd;

	if (!len)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, input, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void execute(const char *const *argv, int in, int out)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char path[PATH_MAX] = PATH ":";
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	/* Commands may name this program: it is where it was started. */
	if (readlink("/proc/self/exe", path + sizeof(PATH), sizeof(path) - sizeof(PATH) - 1) > 0)
		dirname(path + sizeof(PATH));
	clearenv();
	setenv("PATH", path, 1);
	setenv("LC_ALL", "C", 1);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static char *read_all(int fd)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fdopen(fd, "r");

	if (!file)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}

char *run(const char *const *argv, const char *input)
{
	int in = open_input(input), out[2], status = -1;
	char *text;
	pid_t pid;

	if (in < 0)
		return NULL;
	if (pipe2(out, O_CLOEXEC) < 0) {
		close(in);
		return NULL;
	}
	pid = fork();
	if (!pid)
		execute(argv, in, out[1]);
	close(in);
	close(out[1]);
	text = read_all(out[0]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && !status)
		return text;
	free(text);
	return NULL;
}

bool run_command(const char *command)
{
	char *text = run_program(NULL, "sh", "-c", command);

	free(text);
	return text;
}
