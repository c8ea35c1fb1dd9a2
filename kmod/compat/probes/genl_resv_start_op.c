// SPDX-License-Identifier: GPL-2.0-or-later
/* A family can ask for strict checks of the header's reserved field. */
#include <net/genetlink.h>
void use(struct genl_family *family);
void use(struct genl_family *family)
{
	family->resv_start_op = 1;
}
