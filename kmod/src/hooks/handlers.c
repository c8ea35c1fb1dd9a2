// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/handlers.h"

#include "hooks/hardirq.h"
#include "hooks/vector.h"

int rtp_handlers_hold(void)
{
	int err = rtp_hardirq_hold();

	if (err)
		return err;
	err = rtp_vector_hold();
	if (err)
		rtp_hardirq_release();
	return err;
}

void rtp_handlers_release(void)
{
	rtp_vector_release();
	rtp_hardirq_release();
}
