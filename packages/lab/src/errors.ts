/**
 * Errors of the lab. `code` is stable and listed here; `remedy` says what to do.
 */
export const LAB_ERRORS = {
  E_UNKNOWN_KERNEL: 'the kernel name is not in the table',
  E_MISSING_TOOL: 'a program the lab needs is not installed',
  E_NO_ROOT: 'the step needs root or user namespaces',
  E_NO_APT_SOURCES: "the system's apt configuration names no Debian archive",
  E_FETCH: 'the package archive could not be reached or a download failed its check',
  E_PACKAGE: 'the package index lacks a package that the kernel table names',
  E_DISK_FULL: 'the device has no space left',
  E_CACHE: 'this user may not write into the folder of what is built',
  E_BUILD: 'the compiler or kbuild refused the sources',
  E_IMAGE: "the guest's root file system could not be made",
  E_BOOT: 'the guest did not boot',
  E_GUEST_LOST: 'the guest stopped responding or ended while it was in use',
  E_GUEST_EXEC: 'the guest could not start the command',
  E_GUEST_BUSY: 'another client uses the guest',
  E_TIMEOUT: 'a command in the guest took longer than allowed',
  E_COPY: 'a file could not be copied into or out of the guest',
  E_NO_LAB: 'no guest with this name is running',
  E_LAB_RUNNING: 'a guest with this name is already running',
  E_RANGE: 'a value is out of its range',
} as const;

export type LabErrorCode = keyof typeof LAB_ERRORS;

export class LabError extends Error {
  readonly code: LabErrorCode;
  readonly remedy: string;

  constructor(code: LabErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LabError';
    this.code = code;
    this.remedy = remedy;
  }
}
