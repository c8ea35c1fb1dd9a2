/**
 * Exit codes of `rtprobe`: one table for help texts and documentation.
 * `run` and `lab run` otherwise exit with the code of their command.
 */
export const EXIT_CODES = {
  0: 'success',
  1: 'failure; standard error has a stable code and what to do; `doctor`: it found a problem',
  2: 'the command line was wrong; nothing was changed',
  3: '`compare`: a run is worse than the first',
  4: '`compare`: no run is worse, but there is too little data about one',
  5: '`doctor` failed; standard error has a stable code and what to do',
  125: '`run`, `observe` or `lab run` failed, not its command',
  130: 'interrupted (Ctrl-C)',
  143: 'terminated',
} as const;

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_WORSE = 3;
export const EXIT_UNDECIDED = 4;
export const EXIT_PROBLEM = 1;
export const EXIT_NOT_JUDGED = 5;
/** Of a command that runs another one, whose exit code it otherwise has. */
export const EXIT_WRAPPER = 125;
