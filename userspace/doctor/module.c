// SPDX-License-Identifier: GPL-2.0
/* The module: that it is there, of our version, and may be loaded. */
#include "doctor/module.h"

#include <sys/utsname.h>

#include "doctor/finding.h"
#include "lib/files.h"

#define SYSFS "/sys/module/pptpgw/"
#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

#define SIGN_FILE "/lib/modules/$(uname -r)/build/scripts/sign-file"
#define KEYS "/var/lib/dkms/mok.key /var/lib/dkms/mok.pub"

/* What the build puts behind a signature (scripts/sign-file of the kernel). */
static const char magic[] = "~Module signature appended~\n";

static const char reload[] = "rmmod pptpgw && modprobe pptpgw";

static void check_version(struct doctor *d)
{
	char version[64] = "";
	struct finding f = {
		.id = "module-version",
		.severity = SEVERITY_WARNING,
		.breaks = "what one of them knows the other may not: settings, counters, events",
		.owner = SYSFS "version",
		.fix = reload,
	};

	if (!file_first_line(SYSFS "version", version, sizeof(version)) ||
	    !strcmp(version, PPTPGW_VERSION))
		return;
	f.what = text(d, "the loaded module is version %s, the tool is " PPTPGW_VERSION, version);
	report(d, &f);
}

static void check_forced(struct doctor *d)
{
	const struct finding f = {
		.id = "module-forced",
		.severity = SEVERITY_WARNING,
		.what = "the module was loaded by force, into a kernel it was not built for",
		.breaks = "it may crash the kernel; rebuild it for this one",
		.owner = "insmod -f or modprobe --force; " SYSFS "taint",
		.fix = reload,
	};
	char taint[32] = "";

	if (file_first_line(SYSFS "taint", taint, sizeof(taint)) && strchr(taint, 'F'))
		report(d, &f);
}

static bool find_module(struct file_line *line, void *data)
{
	char *colon = strchr(line->text, ':'), *name;
	char *path = data;

	if (!colon)
		return true;
	*colon = '\0';
	name = strrchr(line->text, '/');
	if (!name || strncmp(name, "/pptpgw.ko", 10))
		return true;
	snprintf(path, 512, "%s", line->text);
	return false;
}

/* Where modprobe finds it; false if nowhere. */
static bool module_path(struct doctor *d, const char **path)
{
	const char *directory;
	char file[512] = "";
	struct utsname u;

	uname(&u);
	directory = text(d, "/lib/modules/%s", u.release);
	files_read(text(d, "%s/modules.dep", directory), find_module, file);
	*path = *file == '/' ? text(d, "%s", file) : text(d, "%s/%s", directory, file);
	return *file;
}

/* Of a compressed file that cannot be seen: take it for signed. */
static bool is_signed(const char *path)
{
	char tail[sizeof(magic) - 1] = "";
	FILE *file = fopen(path, "re");
	bool is = true;

	if (!file || strcmp(path + strlen(path) - 3, ".ko"))
		goto out;
	is = !fseek(file, -(long)sizeof(tail), SEEK_END) &&
	     fread(tail, sizeof(tail), 1, file) == 1 && !memcmp(tail, magic, sizeof(tail));
out:
	if (file)
		fclose(file);
	return is;
}

/* Who refuses modules without a signature, or NULL. */
static const char *refuser(void)
{
	unsigned char secure[5] = { };
	char line[128] = "";
	FILE *file;

	if (file_first_line("/sys/module/module/parameters/sig_enforce", line, sizeof(line)) &&
	    *line == 'Y')
		return "the kernel's module.sig_enforce";
	if (file_first_line("/sys/kernel/security/lockdown", line, sizeof(line)) &&
	    !strstr(line, "[none]"))
		return "the kernel's lockdown";
	file = fopen(SECURE_BOOT, "re");
	if (file) {
		/* Four bytes of attributes come first. */
		if (fread(secure, sizeof(secure), 1, file) != 1)
			secure[4] = 0;
		fclose(file);
	}
	return secure[4] ? "Secure Boot" : NULL;
}

static void report_missing(struct doctor *d, const char *path)
{
	const struct finding f = {
		.id = "module-missing",
		.severity = SEVERITY_ERROR,
		.what = path ? "the module is not loaded, but the configuration needs it"
			     : "the module is not installed for this kernel",
		.breaks = "replies leave by the default route, whichever way the client came in",
		.owner = path,
		.fix = path ? "modprobe pptpgw" : NULL,
	};

	report(d, &f);
}

static void report_unsigned(struct doctor *d, const char *path, const char *why)
{
	const struct finding f = {
		.id = "module-unsigned",
		.severity = SEVERITY_ERROR,
		.what = text(d, "the module has no signature, and %s wants one", why),
		.breaks = "it cannot be loaded: replies leave by the default route",
		.owner = path,
		.fix = text(d, SIGN_FILE " sha256 " KEYS " %s", path),
	};

	report(d, &f);
}

void check_module(struct doctor *d)
{
	const char *path, *why;

	if (d->loaded) {
		check_version(d);
		check_forced(d);
	} else if (d->conf.dev_count && !module_path(d, &path)) {
		report_missing(d, NULL);
	} else if (d->conf.dev_count) {
		why = refuser();
		if (why && !is_signed(path))
			report_unsigned(d, path, why);
		else
			report_missing(d, path);
	}
}
