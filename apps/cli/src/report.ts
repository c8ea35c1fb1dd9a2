import type { Progress } from '@rtprobe/lab';
import { printTiming } from '../setup/timings.mjs';

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

interface RunningStep {
  readonly step: string;
  readonly detail: string;
  readonly began: number;
  fraction?: number | undefined;
}

const seconds = (from: number): string => ` (${((Date.now() - from) / 1000).toFixed(1)} s)`;

function statusLine(running: Iterable<RunningStep>, columns: number): string {
  const parts = Array.from(running, ({ step, detail, fraction }) => {
    const part = fraction === undefined ? '…' : `${Math.round(fraction * 100)} %`;
    return `${step}: ${detail} ${part}`;
  });
  return `  ${parts.join(' | ')}`.slice(0, columns - 1);
}

/**
 * Shows progress on standard error: on a terminal a line with all running steps that is rewritten, elsewhere one
 * line for a start. Standard output stays the command's.
 */
export function progressReporter(out: NodeJS.WriteStream = process.stderr): (progress: Progress) => void {
  const running: RunningStep[] = [];
  return ({ step, state, fraction, detail = '' }) => {
    const known = running.findLast(
      (each) => each.step === step && (state === 'update' || each.detail === detail),
    );
    if (state === 'start') running.push({ step, detail, began: Date.now() });
    else if (state === 'update' && known) known.fraction = fraction;
    if (state === 'done') {
      if (known) running.splice(running.indexOf(known), 1);
      out.write(`${out.isTTY ? '\r\x1b[K' : ''}✓ ${step}: ${detail}${known ? seconds(known.began) : ''}\n`);
      if (known) printTiming(`${step}: ${detail}`, known.began);
    } else if (state === 'start' && !out.isTTY) out.write(`  ${step}: ${detail}\n`);
    if (out.isTTY && running.length > 0) out.write(`\r\x1b[K${statusLine(running, out.columns || 80)}`);
  };
}
