// SPDX-License-Identifier: GPL-2.0
#include "lib/units.h"

#include <stdio.h>

const char *format_bytes(__u64 bytes, char *buf, int size)
{
	static const char *const units[] = {
		"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
	};
	double value = bytes / 1024.0;
	int i = 0;

	if (bytes < 1024) {
		snprintf(buf, size, "%u B", (unsigned int)bytes);
		return buf;
	}
	for (; value >= 1023.95; i++)
		value /= 1024;
	snprintf(buf, size, "%.1f %s", value, units[i]);
	return buf;
}

const char *format_time(__u64 ms, char *buf, int size)
{
	__u64 s = ms / 1000;

	if (s < 60)
		snprintf(buf, size, "%llus", s);
	else if (s < 3600)
		snprintf(buf, size, "%llum%02llus", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, size, "%lluh%02llum", s / 3600, s / 60 % 60);
	else
		snprintf(buf, size, "%llud%02lluh", s / 86400, s / 3600 % 24);
	return buf;
}
