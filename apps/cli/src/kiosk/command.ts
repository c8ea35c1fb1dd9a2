import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_URL } from '../access/options.ts';
import { act } from '../act.ts';
import { findChromium } from '../browser/chromium.ts';
import { ownProgram, PROGRAM } from '../own-command.ts';
import { kioskAddress } from './address.ts';
import { Kiosk } from './kiosk.ts';
import { kioskProfile } from './profile.ts';
import { UNIT_NAME, unitFile, unitText, writeUnit } from './unit.ts';

interface Flags {
  readonly install?: boolean;
  readonly printUnit?: boolean;
  readonly headless?: boolean;
  readonly chromium?: string;
  readonly profile?: string;
  readonly socket?: string;
  readonly sessionFile?: string;
  readonly json?: boolean;
}

/** Parses the address of a page, with words such as theme=contrast. */
function pageAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.hash === '' && url.username === '') return url.href;
  throw new InvalidArgumentError('It must be http://HOST[:PORT][/PAGE][?WORDS] or https://….');
}

/** Returns the words of the unit: those given here, with absolute paths. */
function unitWords(page: string, flags: Flags): string[] {
  const paths = { chromium: flags.chromium, profile: flags.profile, socket: flags.socket };
  const options = Object.entries({ ...paths, 'session-file': flags.sessionFile }).flatMap(([name, path]) =>
    path === undefined ? [] : [`--${name}`, resolve(path)],
  );
  return [...ownProgram(), 'kiosk', ...options, page];
}

async function run(page: string, flags: Flags, kiosk: (made: Kiosk) => void): Promise<number> {
  const unit = () => unitText(unitWords(page, flags));
  if (flags.printUnit) {
    process.stdout.write(unit());
    return 0;
  }
  const chromium = findChromium(flags.chromium);
  if (flags.install) {
    const file = unitFile();
    writeUnit(file, unit());
    console.log(`rtprobe: wrote ${file}; start it now and with each login:`);
    console.log(`  systemctl --user daemon-reload && systemctl --user enable --now ${UNIT_NAME}`);
    console.log(`  ${PROGRAM} kiosk --headless '${page}'     # tries it without a display`);
    return 0;
  }
  const { socket, sessionFile, headless = false, json = false } = flags;
  const made = new Kiosk({
    ...{ url: kioskAddress(page), chromium, headless, profile: resolve(flags.profile ?? kioskProfile()) },
    access: { ...(socket !== undefined && { socket }), ...(sessionFile !== undefined && { sessionFile }) },
  });
  kiosk(made);
  if (!headless) return made.show();
  const { isKiosk, status } = await made.trial();
  const url = kioskAddress(page);
  console.log(
    json
      ? JSON.stringify({ url, isKiosk, status, chromium })
      : `rtprobe: ${url} shows the kiosk view: ${status}`,
  );
  return 0;
}

export function kioskCommand(): Command {
  return new Command('kiosk')
    .description('show a bridge full screen on a wall monitor, with a Chromium of its own')
    .argument(
      '[url]',
      'the bridge, or a page with words such as theme=contrast and rotate=30',
      pageAddress,
      DEFAULT_URL,
    )
    .option('--install', `write the systemd user unit ${UNIT_NAME}, which starts it with the desktop`)
    .option('--print-unit', 'print the unit instead')
    .option('--headless', 'try it without a display: open the page, print what it shows, exit')
    .option('--session-file <file>', 'file with a token of "rtprobe login --token", for a bridge elsewhere')
    .option('--socket <path>', 'unix socket of the bridge; default: found by the port of the address')
    .addOption(
      new Option('--chromium <path>', 'Chromium to use; default: the one on the PATH').env('CHROMIUM'),
    )
    .option('--profile <dir>', 'folder of its own profile; default: rtprobe-kiosk in the state folder')
    .option('--json', 'with --headless: print the result as JSON')
    .action((page: string, flags: Flags) => {
      let kiosk: Kiosk | undefined;
      return act(
        () =>
          run(page, flags, (made) => {
            kiosk = made;
          }),
        { onSignal: async () => kiosk?.close() },
      );
    });
}
