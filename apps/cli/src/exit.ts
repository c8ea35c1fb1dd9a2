/**
 * How `rtprobe` ends. One table for help texts and documentation.
 * `lab run` otherwise ends with its command's own code.
 */
export const EXIT_CODES = {
  0: 'success',
  1: 'it failed; a stable code and what to do are on standard error',
  2: 'the command line was wrong; nothing was done',
  125: '`lab run` failed before or beside its command',
  130: 'interrupted (Ctrl-C)',
  143: 'terminated',
} as const;

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_LAB_RUN = 125;
