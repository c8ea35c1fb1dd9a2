// SPDX-License-Identifier: GPL-2.0-or-later
/* ktime_get_snapshot_id() replaced ktime_get_snapshot(). */
#include <linux/timekeeping.h>
void use(struct system_time_snapshot *snapshot);
void use(struct system_time_snapshot *snapshot)
{
	ktime_get_snapshot_id(CLOCK_MONOTONIC, snapshot);
}
