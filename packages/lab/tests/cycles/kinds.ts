// What makes a cycle too long, and the part of its spike that is true of it.

export interface Kind {
  readonly name: string;
  /** KIND of kmod/tests/wait.pl. */
  readonly request: string;
  readonly cause: RegExp;
  /** The program also runs while it waits: it asks for the page, and copies it. */
  readonly isShorter?: true;
  /** The part also has what the program ran besides. */
  readonly isLonger?: true;
}

export const KINDS: readonly Kind[] = [
  { name: 'late timer', request: 'hold', cause: /^late_timer .* rtp-holder( |$)/ },
  { name: 'begun late by its program', request: 'late', cause: /^blocked .* clock_nanosleep .*wait=timer/ },
  { name: 'preempted by SCHED_FIFO', request: 'preempt', cause: /^task .* rtp-hog( |$)/ },
  {
    name: 'throttled, or fair server',
    request: 'throttle',
    cause: /^(throttled|fair_server) /,
  },
  {
    name: 'page fault',
    request: 'fault',
    cause: /^blocked .*wait=page_fault_io/,

    isShorter: true,
  },
  {
    name: 'futex',
    request: 'futex',
    cause: /^blocked .*wait=futex .*waker_comm=rtp-holder released=1(?!.*inverted=1)/,
  },
  {
    name: 'futex, priority inversion',
    request: 'invert',
    cause:
      /^blocked .*wait=futex .*waker_comm=rtp-holder released=1.*displaced_by_comm=rtp-middle inverted=1/,
  },
  {
    name: 'futex with inheritance',
    request: 'pi',
    cause: /^blocked .*wait=futex_pi .*waker_comm=rtp-holder released=1/,
  },
  {
    name: 'disk I/O',
    request: 'disk',
    cause: /^blocked .* read .*wait=block_io/,

    isShorter: true,
  },
  { name: 'long run time', request: 'run', cause: /^own_run /, isLonger: true },
];
