// SPDX-License-Identifier: GPL-2.0
#include "route/rollback.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "lib/descriptors.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/state.h"
#include "route/confirmed.h"
#include "route/undo.h"

/* What the process that waits writes first, what the caller then, and that to who confirms. */
enum {
	BYTE_READY = 'r',
	BYTE_MADE = 'm',
	BYTE_NOT_MADE = 'n',
	BYTE_CONFIRMED = 'c',
};

static int confirm_address(struct sockaddr_un *address)
{
	address->sun_family = AF_UNIX;
	return state_path("confirm", address->sun_path, sizeof(address->sun_path));
}

/* A socket that is there already is a dead one's: its lock was free. */
static int listen_for_confirmation(void)
{
	struct sockaddr_un address;
	int fd;

	if (confirm_address(&address) < 0)
		return -1;
	unlink(address.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	umask(077);
	if (fd >= 0 && (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
			listen(fd, 1) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void stop_listening(int fd)
{
	struct sockaddr_un address;

	if (!confirm_address(&address))
		unlink(address.sun_path);
	close(fd);
}

static bool is_terminated(void)
{
	sigset_t set;

	return !sigpending(&set) && sigismember(&set, SIGTERM);
}

/*
 * As a daemon does: what was inherited (descriptors, the working directory) may belong to
 * who waits for its end, or unmounts it. It has another name than the tool, to
 * survive "killall pptpgw".
 */
static void detach(void)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	setsid();
	prctl(PR_SET_NAME, "route-rollback");
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	descriptors_detach();
	if (chdir("/") < 0)
		diag("/: %s", strerror(errno));
	openlog("pptpgw", LOG_PID, LOG_DAEMON);
}

/* What the caller writes: BYTE_MADE or BYTE_NOT_MADE, or something else if it died. */
static char read_byte(int fd)
{
	char byte = 0;

	while (read(fd, &byte, sizeof(byte)) < 0 && errno == EINTR)
		;
	return byte;
}

static int milliseconds_until(const struct timespec *end)
{
	struct timespec now;
	long long left;

	clock_gettime(CLOCK_BOOTTIME, &now);
	left = (end->tv_sec - now.tv_sec) * 1000LL + (end->tv_nsec - now.tv_nsec) / 1000000;
	return left > 0 ? left + 1 : 0;
}

/* Somebody of our own user; the answer means that he came in time. */
static bool accept_confirmation(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	const char byte = BYTE_CONFIRMED;
	struct ucred peer = { };
	socklen_t len = sizeof(peer);
	bool good;

	if (fd < 0)
		return false;
	good = !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) &&
	       (!peer.uid || peer.uid == geteuid()) &&
	       send(fd, &byte, sizeof(byte), MSG_NOSIGNAL) == sizeof(byte);
	close(fd);
	return good;
}

/* False after @seconds, or after SIGTERM: at most a second later. */
static bool await_confirmation(int listener, unsigned int seconds)
{
	struct pollfd fds = { .fd = listener, .events = POLLIN };
	struct timespec end;
	int left;

	clock_gettime(CLOCK_BOOTTIME, &end);
	end.tv_sec += seconds;
	while (!is_terminated() && (left = milliseconds_until(&end)) > 0)
		if (poll(&fds, 1, left < 1000 ? left : 1000) > 0 && accept_confirmation(listener))
			return true;
	return false;
}

static void roll_back(const struct plan *plan, const char *why)
{
	struct diag_list problems;
	const struct diag *d;

	diag_collect(&problems);
	if (undo_plan(plan))
		syslog(LOG_ERR, "%s; not all of them could be undone", why);
	else
		syslog(LOG_WARNING, "%s: they were undone", why);
	diag_end();
	for (d = problems.first; d; d = d->next)
		syslog(LOG_ERR, "%s", d->text);
	diag_free(&problems);
}

static void wait_and_see(const struct plan *plan, unsigned int seconds, int caller, int listener,
			 bool was_pending)
{
	char byte = BYTE_READY;

	detach();
	if (write(caller, &byte, sizeof(byte)) < 0)
		diag("who would change the routes has died: %s", strerror(errno));
	byte = read_byte(caller);
	if (byte == BYTE_MADE && await_confirmation(listener, seconds)) {
		confirmed_accept();
		state_set_applied();
		syslog(LOG_INFO, "the changed routes were confirmed");
	} else if (byte == BYTE_MADE) {
		roll_back(plan, "the changed routes were not confirmed");
	} else if (byte == BYTE_NOT_MADE) {
		confirmed_cancel(was_pending);
	} else {
		roll_back(plan, "the program died while it changed routes");
	}
	stop_listening(listener);
}

/* Until it can no longer die with its caller. */
static bool await_ready(int fd)
{
	if (read_byte(fd) == BYTE_READY)
		return true;
	close(fd);
	errno = ECHILD;
	return false;
}

int rollback_begin(const struct plan *plan, const struct conf *conf, unsigned int seconds)
{
	int ends[2], listener;
	bool was_pending;
	pid_t pid = -1;

	if (confirmed_begin(conf, &was_pending))
		return -1;
	listener = listen_for_confirmation();
	if (listener >= 0 && !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		pid = fork();
	if (!pid) {
		close(ends[1]);
		wait_and_see(plan, seconds, ends[0], listener, was_pending);
		_exit(EXIT_SUCCESS);
	}
	if (pid > 0) {
		close(ends[0]);
		close(listener);
	}
	if (pid > 0 && await_ready(ends[1]))
		return ends[1];
	diag("cannot wait for a confirmation: %s", strerror(errno));
	confirmed_cancel(was_pending);
	return -1;
}

/* It takes the silence of who has torn them for his death, and tries to undo them. */
void rollback_made(int fd, enum rollback_result result)
{
	const char byte = result == ROLLBACK_MADE ? BYTE_MADE : BYTE_NOT_MADE;

	if (result != ROLLBACK_TORN && write(fd, &byte, sizeof(byte)) < 0)
		diag("who would undo the changes has died: %s", strerror(errno));
	close(fd);
}

int rollback_confirm(void)
{
	struct sockaddr_un address;
	char byte = 0;
	int fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!confirm_address(&address) &&
	    !connect(fd, (struct sockaddr *)&address, sizeof(address)))
		byte = read_byte(fd);
	close(fd);
	if (byte == BYTE_CONFIRMED || state_take_unchanged())
		return EXIT_SUCCESS;
	return diag_fail(EXIT_USAGE, "no changed routes wait for a confirmation");
}
