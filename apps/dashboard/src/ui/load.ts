// Parts of the page that are loaded when they are first needed. Loading fails while the bridge does not answer, and when
// it serves a newer build of the page, whose files have other names.

export class LoadError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'LoadError';
  }
}

let report: () => void = () => {};

/** Sets what follows a failed load. */
export function onLoadFailure(listener: () => void): void {
  report = listener;
}

/** Runs a dynamic import; throws a LoadError. */
export async function load<T>(part: () => Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (cause) {
    report();
    throw new LoadError(cause);
  }
}
