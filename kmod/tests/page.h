/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page that does not answer, as one of a FUSE file whose server hangs. */
#ifndef PAGE_H
#define PAGE_H

struct file;
struct vm_area_struct;

/* Maps it. A fault waits until the task is killed, at most a minute, and then fails. */
int page_map(struct file *file, struct vm_area_struct *vma);

#endif
