import { attach } from '@rtprobe/lab';

/** Environment for the guest's shell from the terminal. */
const terminal = (): Record<string, string> => ({ TERM: process.env.TERM ?? 'vt100' });

/**
 * Opens a shell in a running guest: interactive on a terminal, otherwise reading commands from standard input. Resolves
 * with the shell's exit code.
 */
export async function labShell(name: string): Promise<number> {
  const guest = await attach(name);
  try {
    if (!process.stdin.isTTY) {
      const { code } = await guest.exec(['sh'], {
        stdin: process.stdin,
        onStdout: (bytes) => process.stdout.write(bytes),
        onStderr: (bytes) => process.stderr.write(bytes),
      });
      return code;
    }
    const size = () => ({ rows: process.stdout.rows ?? 24, cols: process.stdout.columns ?? 80 });
    const shell = guest.start(['bash', '-l'], { env: terminal(), tty: size() });
    const resize = (): void => shell.resize(size());
    process.stdin.setRawMode(true);
    process.stdin.pipe(shell.stdin);
    shell.stdout.pipe(process.stdout, { end: false });
    shell.stderr.resume();
    process.stdout.on('resize', resize);
    try {
      return (await shell.exit).code;
    } finally {
      process.stdout.off('resize', resize);
      process.stdin.unpipe();
      process.stdin.setRawMode(false);
    }
  } finally {
    guest.detach();
  }
}
