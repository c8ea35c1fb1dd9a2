// The systemd user unit that starts the kiosk with the desktop.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from '../errors.ts';

export const UNIT_NAME = 'rtprobe-kiosk.service';
const HEAD = '# Written by "rtprobe kiosk --install", which replaces this file.';

/** Returns a word of a command line of a unit: see "COMMAND LINES" and "SPECIFIERS" of systemd. */
function quoted(word: string): string {
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /^[\w/.:=?&+,@~-]+$/.test(word) ? word : `"${escaped}"`;
}

/** Returns the unit. `command` is the program with its words, which begin with an absolute path. */
export function unitText(command: readonly string[]): string {
  return `${HEAD}
[Unit]
Description=rtprobe: the dashboard on this screen
Documentation=man:rtprobe(1)
PartOf=graphical-session.target
After=graphical-session.target
# A wall monitor never gives up.
StartLimitIntervalSec=0

[Service]
ExecStart=${command.map(quoted).join(' ')}
Restart=always
RestartSec=5
# It ends Chromium, which writes its session first.
TimeoutStopSec=10
# Ended by a signal, it exits with 128 and the number of the signal.
SuccessExitStatus=143

[Install]
WantedBy=graphical-session.target
`;
}

export function unitFile(env: NodeJS.ProcessEnv = process.env): string {
  const config = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(homedir(), '.config');
  return join(config, 'systemd', 'user', UNIT_NAME);
}

/** Writes the unit whole or not at all. Throws E_WRITE, also for a file that somebody else wrote. */
export function writeUnit(file: string, text: string): void {
  const refuse = (why: string, todo: string) => new CliError('E_WRITE', `${file} ${why}`, todo);
  if (existsSync(file) && !readFileSync(file, 'utf8').startsWith(HEAD)) {
    throw refuse(
      'was not written by rtprobe kiosk',
      'move it away, or change it by hand: --print-unit prints ours',
    );
  }
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw refuse(`cannot be written: ${(error as Error).message}`, 'check the folder, or use --print-unit');
  }
}
