// SPDX-License-Identifier: GPL-2.0
/*
 * failnth N FILE COMMAND...: run COMMAND so that the Nth allocation it asks the kernel
 * for fails, and write to FILE how many were missing to that: 0 if it failed. The kernel
 * must have fault injection (Documentation/fault-injection). Exits as COMMAND does.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* It stops when it is the new program, before that asks for anything. */
static pid_t start_stopped(char **command)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(125, "fork");
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			err(125, "ptrace");
		execvp(command[0], command);
		err(125, "%s", command[0]);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		exit(125);
	return pid;
}

static int open_counter(pid_t pid, const char *n)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	fd = open(path, O_RDWR);
	if (fd < 0 || dprintf(fd, "%s\n", n) < 0)
		err(125, "%s", path);
	return fd;
}

/* It can be read until the process is waited for. */
static void write_left(int counter, const char *path)
{
	char left[16];
	ssize_t n = pread(counter, left, sizeof(left), 0);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (n < 0 || fd < 0 || write(fd, left, n) != n)
		err(125, "%s", path);
	close(fd);
}

int main(int argc, char **argv)
{
	siginfo_t info;
	int counter;
	pid_t pid;

	if (argc < 4)
		errx(125, "usage: failnth N FILE COMMAND...");
	pid = start_stopped(argv + 3);
	counter = open_counter(pid, argv[1]);
	if (ptrace(PTRACE_DETACH, pid, NULL, NULL))
		err(125, "ptrace");
	if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT))
		err(125, "waitid");
	write_left(counter, argv[2]);
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
