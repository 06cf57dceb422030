// SPDX-License-Identifier: GPL-2.0
#include "genl/module.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/state.h"

/* Whose PATH it would be is not known: this may run as root for somebody else. */
#define MODPROBE "/sbin/modprobe"

/* There if it was "up" that loaded the module. */
#define LOADED STATE_DIR "/loaded"

bool module_is_loaded(void)
{
	return !access("/sys/module/pptpgw", F_OK);
}

int module_load(void)
{
	char *const args[] = { (char *)MODPROBE, (char *)"pptpgw", NULL };
	int status = -1, error, fd;
	pid_t pid;

	error = posix_spawn(&pid, args[0], NULL, NULL, args, environ);
	if (error || waitpid(pid, &status, 0) < 0 || status)
		return diag_fail(EXIT_KERNEL, "the kernel module cannot be loaded%s%s",
				 error ? ": " MODPROBE ": " : "", error ? strerror(error) : "");
	fd = open(LOADED, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return EXIT_SUCCESS;
}

/* Other network namespaces may be up yet. */
static bool is_up_elsewhere(void)
{
	glob_t found;
	bool up = !glob(STATE_DIR "/up-*", 0, NULL, &found);

	if (up)
		globfree(&found);
	return up;
}

/* A service manager may forbid it: without roles the module does no harm. */
int module_unload(void)
{
	bool forbidden;

	if (access(LOADED, F_OK) || is_up_elsewhere())
		return EXIT_SUCCESS;
	if (syscall(SYS_delete_module, "pptpgw", O_NONBLOCK) < 0 && errno != ENOENT) {
		forbidden = errno == EPERM;
		warn("the kernel module cannot be unloaded");
		return forbidden ? EXIT_SUCCESS : EXIT_KERNEL;
	}
	unlink(LOADED);
	return EXIT_SUCCESS;
}
