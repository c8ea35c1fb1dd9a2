// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/ptrace.h>
#include <linux/timekeeping.h>

#include <asm/irq_regs.h>

#include "compat/compat.h"
#include "edu.h"
#include "enclose.h"

#define EDU_STATUS 0x24
#define EDU_RAISE 0x60
#define EDU_ACKNOWLEDGE 0x64
#define EDU_REQUEST 1 /* our bit of the status register */

/* After the affinity was set, the next interrupt may still arrive at the previous CPU. */
#define EDU_TRIES 20
#define EDU_WAIT msecs_to_jiffies(2000)

static struct {
	void __iomem *registers;
	unsigned int irq;
	bool msi;
	struct completion done;
	/*
	 * The hold in progress. It is owned by whoever exchanges it with NULL: the handler, to fill it in, or
	 * edu_hold(), to give up.
	 */
	struct edu_hold *hold;
	struct edu_hold *threaded; /* passed to the irq thread */
	struct edu_hold *held; /* filled in by the handler, which has not returned yet; used on that CPU */
	int cpu;
	int at_cpu; /* current affinity of the line */
	bool missed; /* the interrupt arrived at another CPU */
} edu = { .at_cpu = EDU_CPU_ANY };

static void look_around(struct edu_hold *hold)
{
	struct pt_regs *regs = get_irq_regs();

	hold->cpu = smp_processor_id();
	hold->user_mode = regs && user_mode(regs);
	hold->pid = current->pid;
	memcpy(hold->comm, current->comm, sizeof(hold->comm));
}

/* Completes the record after the handler has returned and the enclosing times are known. */
static void note_enclosing(u64 before_ns, u64 after_ns)
{
	struct edu_hold *hold = edu.held;

	if (!hold)
		return;
	edu.held = NULL;
	hold->before_ns = before_ns;
	if (hold->threaded)
		return;
	hold->enclosing_ns = after_ns - before_ns;
	smp_store_release(&hold->finished, true);
}

/*
 * Runs in hard context on PREEMPT_RT, too (IRQF_NO_THREAD). Except for the call itself, the time stamps enclose
 * everything the handler does, including the register accesses and the wake-up of the waiter. For this reason the
 * waiter is woken before the last time stamp is read, and then waits for `finished`.
 */
static irqreturn_t edu_interrupt(int irq, void *data)
{
	u64 start = ktime_get_ns();
	u32 status = readl(edu.registers + EDU_STATUS);
	struct edu_hold *hold;

	if (!status)
		return IRQ_NONE;
	writel(status, edu.registers + EDU_ACKNOWLEDGE);
	edu.missed = edu.cpu != EDU_CPU_ANY && edu.cpu != smp_processor_id();
	hold = edu.missed ? NULL : xchg(&edu.hold, NULL);
	if (!hold) {
		complete(&edu.done);
		return IRQ_HANDLED;
	}
	look_around(hold);
	if (hold->threaded) {
		edu.held = hold;
		edu.threaded = hold;
		WRITE_ONCE(hold->end_ns, ktime_get_ns());
		WRITE_ONCE(hold->start_ns, start);
		return IRQ_WAKE_THREAD;
	}
	while (ktime_get_ns() - start < hold->asked_ns)
		cpu_relax();
	if (hold->wakes)
		wake_up_process(hold->wakes);
	complete(&edu.done);
	hold->start_ns = start;
	hold->end_ns = ktime_get_ns();
	edu.held = hold;
	return IRQ_HANDLED;
}

static irqreturn_t edu_thread(int irq, void *data)
{
	struct edu_hold *hold = edu.threaded;

	hold->thread_start_ns = ktime_get_ns();
	while (ktime_get_ns() - hold->thread_start_ns < hold->asked_ns)
		cpu_relax();
	wake_up_process(hold->wakes);
	hold->thread_end_ns = ktime_get_ns();
	complete(&edu.done);
	smp_store_release(&hold->finished, true);
	return IRQ_HANDLED;
}

unsigned int edu_irq(void)
{
	return edu.irq;
}

/* Raises the line once. Returns 0, -EAGAIN if another CPU handled the interrupt, or -ETIMEDOUT. */
static int raise_once(struct edu_hold *hold)
{
	unsigned long left;

	/*
	 * If an edge arrives while the handler still runs on another CPU, that CPU runs the handler again, and the
	 * kernel counts one interrupt for the two. Avoid that.
	 */
	synchronize_irq(edu.irq);
	reinit_completion(&edu.done);
	WRITE_ONCE(edu.hold, hold);
	writel(EDU_REQUEST, edu.registers + EDU_RAISE);
	left = wait_for_completion_timeout(&edu.done, EDU_WAIT);
	if (xchg(&edu.hold, NULL))
		return left ? -EAGAIN : -ETIMEDOUT;
	/* The handler took the hold, so it finishes, however late the interrupt arrived. */
	while (!smp_load_acquire(&hold->finished))
		cpu_relax();
	return 0;
}

int edu_go_to(int cpu)
{
	int error;

	if (!edu.irq)
		return -ENODEV;
	edu.cpu = cpu;
	if (cpu == EDU_CPU_ANY || cpu == edu.at_cpu)
		return 0;
	error = compat_irq_set_affinity(edu.irq, cpumask_of(cpu));
	if (error < 0)
		return error;
	edu.at_cpu = cpu;
	return 0;
}

int edu_hold(struct edu_hold *hold, int cpu)
{
	int error = edu_go_to(cpu), tries;

	if (error)
		return error;
	for (tries = 0, error = -EAGAIN; error == -EAGAIN && tries < EDU_TRIES; tries++) {
		error = raise_once(hold);
		if (error != -EAGAIN)
			break;
		/* Another CPU handled it: the line was moved, or its CPU was offline meanwhile. */
		edu.at_cpu = EDU_CPU_ANY;
		edu_go_to(cpu);
	}
	return error == -EAGAIN ? -ETIMEDOUT : error;
}

static int edu_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	int error, irq;

	if (edu.irq)
		return -EBUSY; /* one device is sufficient */
	error = pcim_enable_device(pci);
	if (error)
		return error;
	pci_set_master(pci); /* an MSI is a bus write */
	edu.registers = pcim_iomap(pci, 0, 0);
	if (!edu.registers)
		return -ENOMEM;
	error = edu.msi ? pci_alloc_irq_vectors(pci, 1, 1, PCI_IRQ_MSI) : 0;
	if (error < 0)
		return error;
	irq = edu.msi ? pci_irq_vector(pci, 0) : pci->irq;
	error = request_threaded_irq(irq, edu_interrupt, edu_thread, IRQF_NO_THREAD | (edu.msi ? 0 : IRQF_SHARED),
				     "rtprobe-edu", &edu);
	if (error)
		pci_free_irq_vectors(pci);
	else
		edu.irq = irq;
	return error;
}

static void edu_remove(struct pci_dev *pci)
{
	free_irq(edu.irq, &edu);
	edu.irq = 0;
	pci_free_irq_vectors(pci);
}

static const struct pci_device_id edu_ids[] = { { PCI_DEVICE(0x1234, 0x11e8) }, {} };
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "rtprobe_disturb",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
	/* Unbinding during a hold would unmap the registers while they are used. */
	.driver = { .suppress_bind_attrs = true },
};

int edu_register(bool msi)
{
	int error = enclose_start(edu_interrupt, note_enclosing);

	if (error)
		return error;
	edu.msi = msi;
	init_completion(&edu.done);
	error = pci_register_driver(&edu_driver);
	if (error)
		enclose_stop();
	return error;
}

void edu_unregister(void)
{
	pci_unregister_driver(&edu_driver);
	enclose_stop();
}
