/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page that never becomes present, like one of a FUSE file whose server hangs. */
#ifndef PAGE_H
#define PAGE_H

struct file;
struct vm_area_struct;

/*
 * Maps such a page. A fault on it waits until the task is killed, at most one minute, and then fails. The parameter
 * `unmapped_by` has the name of the task that unmapped one most recently.
 */
int page_map(struct file *file, struct vm_area_struct *vma);

#endif
