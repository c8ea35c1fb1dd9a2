/** Errors of the command line itself; the lab and the bridge have their own. */
export const CLI_ERRORS = {
  E_NO_ROOT: 'the step needs root',
  E_NO_FILE: 'a file named on the command line does not exist',
  E_NO_RUN: 'no such run is stored',
  E_NO_FOLDER: 'an option needs a folder, and none was given',
  E_NO_BROKER: 'an option of publishing has no effect without a server',
  E_NO_SITE: 'publishing needs the name of the site',
  E_CONFIG_FILE: 'the file with options cannot be read',
  E_CONFIG_SYNTAX: 'a line of the file with options is not NAME = VALUE',
  E_CONFIG_NAME: 'there is no option with the name',
  E_CONFIG_VALUE: 'the option does not accept the value',
  E_CONFIG_TWICE: 'an option that has one value is given twice',
  E_RELOAD: 'the options of a running bridge cannot be changed',
  E_NO_SOURCE: 'no source was given',
  E_NO_BRIDGE: 'no bridge responds at the address',
  E_NO_HOST: 'the bridge has no such host, or several and none was named',
  E_PROBE_OFF: 'no measure is on, so that there is nothing to compare',
  E_NO_SESSION: 'the bridge needs a session and none can be obtained',
  E_SESSION_FILE: 'the file with a token cannot be used',
  E_OPTION_GONE: 'an option of an earlier release was removed',
  E_NO_TOKEN: 'an option has no effect without --token',
  E_NO_CERTIFICATE: 'only one of certificate and private key was given',
  E_NO_SPIKE: 'the bridge has no spike',
  E_AGENT: 'the agent did not print facts',
  E_NO_TRACE: 'the spike has no trace',
  E_NO_CHROMIUM: 'Chromium was not found',
  E_CHROMIUM: 'Chromium failed or did not respond',
  E_KIOSK_RUNS: 'another Chromium uses the profile of the kiosk',
  E_NO_PAGE: 'the page could not be displayed',
  E_REMOTE: 'another machine cannot be reached, or runs no commands',
  E_REMOTE_RIGHTS: 'the account on another machine may not install anything',
  E_REMOTE_BUILD: 'a module cannot be built on another machine',
  E_OTHER_VERSION: 'an agent of another release belongs to a package',
  E_NO_AGENT: 'there is no agent for the architecture of another machine',
  E_NO_SOURCES: 'the sources of the module are missing',
  E_PREPARE: 'another machine could not be prepared',
  E_PREPARE_ASK: 'nobody agreed to change another machine',
  E_NO_RESULT: 'the test run has no figures',
  E_COMMAND: 'the command of a test run cannot be started, or failed',
  E_WRITE: 'the file cannot be written',
} as const;

export type CliErrorCode = keyof typeof CLI_ERRORS;

export class CliError extends Error {
  readonly code: CliErrorCode;
  readonly remedy: string;

  constructor(code: CliErrorCode, message: string, remedy: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** An error response of the bridge, with the bridge's own code. */
export class BridgeAnswerError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'BridgeAnswerError';
    this.code = code;
  }
}
