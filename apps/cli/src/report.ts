import type { Progress } from '@rtprobe/lab';

/** An error with a stable code, of any part of rtprobe. */
interface CodedError {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}

function coded(error: unknown): CodedError | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const remedy = 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : undefined;
  return { code: error.code, message: error.message, ...(remedy ? { remedy } : {}) };
}

/** Formats an error: code and message, then what to do. An error without a code keeps its stack. */
export function describeError(error: unknown): string {
  const codedError = coded(error);
  if (!codedError) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `rtprobe: ${codedError.code}: ${codedError.message}${codedError.remedy ? `\n  → ${codedError.remedy}` : ''}`;
}

const seconds = (from: number): string => `${((Date.now() - from) / 1000).toFixed(1)} s`;

/**
 * Writes progress to standard error. A terminal shows one line that is rewritten; elsewhere each step gets a line.
 * Standard output is reserved for the command.
 */
export function progressReporter(out: NodeJS.WriteStream = process.stderr): (progress: Progress) => void {
  const began = new Map<string, number>();
  return ({ step, state, fraction, detail }) => {
    if (state === 'start') began.set(step, Date.now());
    const from = began.get(step) ?? Date.now();
    const clear = out.isTTY ? '\r\x1b[K' : '';
    if (state === 'done') out.write(`${clear}✓ ${step}: ${detail ?? ''} (${seconds(from)})\n`);
    else if (out.isTTY) {
      const part = fraction === undefined ? '…' : `${Math.round(fraction * 100)} %`;
      out.write(`${clear}  ${step}: ${detail ?? ''} ${part}`);
    } else if (state === 'start') out.write(`  ${step}: ${detail ?? ''}\n`);
  };
}
