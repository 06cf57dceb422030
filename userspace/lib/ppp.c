// SPDX-License-Identifier: GPL-2.0
#include "lib/ppp.h"

#include <dirent.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/process.h"
#include "lib/words.h"

/* Programs that wait for clients. All but accel-pppd run pppd(8) for each of them. */
static const char *const servers[] = {
	"pptpctrl", "pppoe-server", "accel-pppd", NULL
};

static bool is_ppp(const char *ifname)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { };
	bool is;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	is = !ioctl(fd, SIOCGIFHWADDR, &ifr) && ifr.ifr_hwaddr.sa_family == ARPHRD_PPP;
	close(fd);
	return is;
}

/**
 * struct process - one that runs
 * @parent: its parent
 * @name: as the kernel has it
 */
struct process {
	int parent;
	char name[32];
};

/* "PID (NAME) STATE PPID ...", and a name may have any character. False if it has ended. */
static bool read_process(int pid, struct process *p)
{
	char path[64], line[512], *begin, *end, state;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (pid <= 0 || !file_first_line(path, line, sizeof(line)))
		return false;
	begin = strchr(line, '(');
	end = strrchr(line, ')');
	if (!begin || !end || sscanf(end, ") %c %d", &state, &p->parent) != 2)
		return false;
	*end = '\0';
	snprintf(p->name, sizeof(p->name), "%.31s", begin + 1);
	return state != 'Z' && state != 'X';
}

/* The server that the process is, or NULL. */
static const char *server_of(int pid)
{
	struct process p;
	int i = read_process(pid, &p) ? word_number(servers, p.name) : -1;

	return i < 0 ? NULL : servers[i];
}

/* pppd(8) writes its number for each interface. False if there is none that runs here. */
static bool find_pppd(const char *ifname, struct process *pppd)
{
	char path[64], line[32];
	int pid;

	snprintf(path, sizeof(path), "/run/%s.pid", ifname);
	if (!file_first_line(path, line, sizeof(line)))
		return false;
	pid = atoi(line);
	return read_process(pid, pppd) && !strcmp(pppd->name, "pppd") && process_is_here(pid);
}

/* An interface without a pppd is accel-ppp's, or so new that its pppd has not yet written. */
static const char *any_server(void)
{
	DIR *dir = opendir("/proc");
	const char *found = NULL;
	struct dirent *entry;
	int pid;

	while (dir && !found && (entry = readdir(dir))) {
		pid = atoi(entry->d_name);
		found = process_is_here(pid) ? server_of(pid) : NULL;
	}
	if (dir)
		closedir(dir);
	return found;
}

const char *ppp_server(const char *ifname)
{
	struct process pppd;

	if (!is_ppp(ifname))
		return NULL;
	return find_pppd(ifname, &pppd) ? server_of(pppd.parent) : any_server();
}
