// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/stale.h"

#include <linux/interrupt.h>
#include <linux/string.h>

#include "base/ipi.h"
#include "values/row.h"

bool rtp_frees_are_watched __read_mostly;

bool rtp_row_is_stale(struct rtp_row *row, const struct irqaction *action)
{
	if (likely(rtp_frees_are_watched) ||
	    (READ_ONCE(row->dev_id) == action->dev_id &&
	     !strncmp(row->name, rtp_action_name(action) ?: "", sizeof(row->name) - 1)))
		return false;
	WRITE_ONCE(row->key, NULL);
	return true;
}
