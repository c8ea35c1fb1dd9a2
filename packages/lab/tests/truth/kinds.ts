// The kinds of disturbance whose names are tested, and what is true of each.

export interface Kind {
  readonly name: string;
  /** KIND of kmod/tests/windows.pl. */
  readonly request: string;
  /** What makes spikes of it on CPU 1. */
  readonly rules: readonly string[];
  /** Which callback runs the function, as the module names it; missing: no callback. */
  readonly callback?: string;
  readonly function: RegExp;
  /** A measure whose spikes have the function as their name, after that of the device. */
  readonly measure?: string;
  /** Its spikes can be without the time of interrupts; those of `vector_duration` are only to know that time. */
  readonly net?: boolean;
  /** A measure that is on for this kind only, because it costs time. A kernel without it cannot have the kind. */
  readonly needs?: string;
  /** Functions that samples of the timer may find: `function` and what it calls. */
  readonly inside?: RegExp;
  /** Functions that samples may find around it. They are true, but name nothing. */
  readonly around?: RegExp;
  /**
   * Something asks for it, in these functions, on this CPU (default 0). Timers have no function of the sender.
   */
  readonly sender?: { readonly function?: RegExp; readonly cpu?: number };
  /** It lasts for the whole window; otherwise many short ones are within it. */
  readonly whole: boolean;
  /** What runs the function can hold the CPU longer, until other CPUs have left it, too. */
  readonly continues?: boolean;
}

/** A real-time thread of this name is woken at the begin of the window, on the CPU that is disturbed. */
const VICTIM = 'add measure=wakeup_latency comm=rtprobe-victim threshold=2ms capture=none';
/** Values without the time of interrupts. The host can pause the CPU in an interrupt, which has a spike then. */
const softirq = (name: string): readonly string[] => [
  `add measure=softirq_duration cpus=1 name=${name} threshold=2ms capture=none`,
  'add measure=vector_duration cpus=1 threshold=200us capture=none',
];
/** A function call takes a microsecond or two. The list and the captures at a time are limited. */
const CALLS = 'add measure=vector_duration cpus=1 name=CAL* threshold=500ns capture=none cooldown=2ms';
/** The function that spins in the test module, and what it calls. */
const SPIN = /^(inside_\w+|take_time|ktime_get\w*|read_\w+|pvclock\w*|kvm_clock\w*)$/;

const works = (name: string, request: string): Kind => ({
  name,
  request,
  rules: [VICTIM],
  callback: 'work',
  function: /^inside_work$/,
  inside: SPIN,
  // The first one may jump to the kernel's function.
  sender: { function: /^(start_\w*work|start_ordered|hold_inside)$/ },
  whole: true,
});

export const KINDS: readonly Kind[] = [
  {
    name: 'hrtimer',
    request: 'insidehrtimer',
    rules: [VICTIM],
    callback: 'hrtimer',
    function: /^inside_hrtimer$/,
    sender: { cpu: 1 },
    whole: true,
  },
  {
    name: 'timer_list',
    request: 'insidetimer',
    rules: [VICTIM, ...softirq('TIMER')],
    net: true,
    callback: 'timer',
    function: /^inside_timer$/,
    inside: SPIN,
    sender: {},
    whole: true,
  },
  {
    name: 'tasklet',
    request: 'insidetasklet',
    rules: [VICTIM, ...softirq('TASKLET')],
    net: true,
    callback: 'tasklet',
    function: /^inside_tasklet$/,
    inside: SPIN,
    whole: true,
  },
  works('work item', 'insidework'),
  works('work item, high priority', 'insidehighpri'),
  works('work item, unbound', 'insideunbound'),
  {
    name: 'function call',
    request: 'insidecall',
    rules: [VICTIM],
    callback: 'call',
    function: /^inside_call$/,
    // The first one may jump to the kernel's function.
    sender: { function: /^(start_call|hold_inside)$/ },
    whole: true,
  },
  {
    name: 'irq_work',
    request: 'insideirqwork',
    rules: [VICTIM],
    callback: 'irq_work',
    function: /^inside_irq_work$/,
    whole: true,
  },
  {
    name: 'NAPI',
    request: 'insidenapi',
    rules: [VICTIM, ...softirq('NET_RX'), 'add measure=napi_duration cpus=1 threshold=2ms capture=none'],
    net: true,
    callback: 'napi',
    function: /^inside_napi$/,
    measure: 'napi_duration',
    inside: SPIN,
    whole: true,
  },
  {
    name: 'preemption off',
    request: 'insidepreemptoff',
    rules: [VICTIM],
    function: /^(start_preempt_off|hold_inside)$/,
    inside: SPIN,
    whole: true,
  },
  {
    name: 'softirqs off',
    request: 'softirqsoff',
    rules: ['add measure=softirq_latency cpus=1 name=TASKLET threshold=2ms capture=none'],
    function: /^stall_soft\w*$/,
    inside: SPIN,
    whole: true,
  },
  {
    name: 'preemption off, by preemptoff',
    request: 'insidepreemptoff',
    rules: ['add measure=preemptoff cpus=1 threshold=2ms capture=none'],
    needs: 'preemptoff',
    function: /^(start_preempt_off|hold_inside)$/,
    inside: SPIN,
    whole: true,
  },
  {
    name: 'softirqs off, by softirqsoff',
    request: 'softirqsoff',
    rules: ['add measure=softirqsoff cpus=1 threshold=2ms capture=none'],
    needs: 'softirqsoff',
    function: /^stall_soft\w*$/,
    inside: SPIN,
    whole: true,
  },
  {
    name: 'stop_machine',
    request: 'insidestop',
    rules: [VICTIM],
    callback: 'stop',
    function: /^inside_stop$/,
    around: /^(multi_cpu_stop|cpu_stopper_thread)$/,
    sender: { function: /^(start_stop|hold_inside)$/ },
    whole: true,
    continues: true,
  },
  {
    name: 'TLB shootdown',
    request: 'unmap',
    rules: [CALLS],
    callback: 'call',
    function: /^flush_tlb_func$/,
    sender: { function: /^(tlb_finish_mmu|tlb_flush_mmu\w*|unmap_region|vms_\w+)$/ },
    whole: false,
  },
  {
    name: 'membarrier',
    request: 'membarrier',
    rules: [CALLS],
    callback: 'call',
    function: /^ipi_mb$/,
    sender: { function: /^(__do_sys_|__x64_sys_)?membarrier\w*$/ },
    whole: false,
  },
  {
    name: 'text patching',
    request: 'text',
    rules: [CALLS],
    callback: 'call',
    function: /^do_sync_core$/,
    sender: {
      function: /^(arch_jump_label_transform_apply|_*jump_label_update|\w*static_key\w*)$/,
    },
    whole: false,
  },
];
