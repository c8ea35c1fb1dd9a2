/** Errors of the command line itself; the lab and the bridge have their own. */
export const CLI_ERRORS = {
  E_NO_ROOT: 'the step needs root',
  E_NO_FILE: 'a file named on the command line does not exist',
  E_NO_SOURCE: 'no source was named',
} as const;

export class CliError extends Error {
  readonly code: keyof typeof CLI_ERRORS;
  readonly remedy: string;

  constructor(code: keyof typeof CLI_ERRORS, message: string, remedy: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
    this.remedy = remedy;
  }
}
