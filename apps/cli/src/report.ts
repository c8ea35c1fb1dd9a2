import type { Progress } from '@rtprobe/lab';

/** What a coded error of any part looks like. */
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

/** An error as people read it: code and message, then what to do. A bug keeps its stack. */
export function describeError(error: unknown): string {
  const codedError = coded(error);
  if (!codedError) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `rtprobe: ${codedError.code}: ${codedError.message}${codedError.remedy ? `\n  → ${codedError.remedy}` : ''}`;
}

const seconds = (from: number): string => `${((Date.now() - from) / 1000).toFixed(1)} s`;

/**
 * Shows progress on standard error: a line that is rewritten on a terminal, one line a step
 * elsewhere. Standard output stays the command's.
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
