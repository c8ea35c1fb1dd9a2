import { Command, InvalidArgumentError, Option } from 'commander';
import { type BridgeAccess, browserCookie } from '../access/client.ts';
import { type AccessFlags, accessOf, withAccessOptions } from '../access/options.ts';
import { act } from '../act.ts';
import { type Chromium, findChromium } from '../browser/chromium.ts';
import { CliError } from '../errors.ts';
import { refuseTaken, resolveSpike, writeNewFile } from '../export/export.ts';
import { integer } from '../options.ts';
import { takeScreenshot } from './screenshot.ts';

const SIZE = { min: 320, max: 7680 };
const DEFAULT_SIZE = '1920x1080';
const WAIT_MAX_S = 600;
const THEMES = ['dark', 'light', 'contrast'] as const;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Parses 1920x1080; throws InvalidArgumentError for any other text. */
export function pageSize(text: string): Size {
  const [, width, height] = /^(\d{3,4})x(\d{3,4})$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  const fits = (n: number) => n >= SIZE.min && n <= SIZE.max;
  if (fits(size.width) && fits(size.height)) return size;
  throw new InvalidArgumentError(
    `It must be WIDTHxHEIGHT in pixels, each from ${SIZE.min} to ${SIZE.max}, such as 1920x1080.`,
  );
}

interface Flags extends AccessFlags {
  readonly out: string;
  readonly size: Size;
  readonly scale: number;
  readonly theme?: (typeof THEMES)[number];
  readonly wait: number;
  readonly sheet?: boolean;
  readonly chromium?: string;
  readonly json?: boolean;
}

/** Returns the page of a word: an address, else a spike; without a word the first screen. */
async function pageOf(word: string | undefined, access: BridgeAccess, theme?: string): Promise<string> {
  const isAddress = word !== undefined && /^https?:\/\//.test(word);
  if (isAddress && !URL.canParse(word)) {
    throw new CliError('E_NO_PAGE', `${word} is not an address`, 'give an address as the browser shows it');
  }
  const page = new URL(isAddress ? word : access.url);
  if (word !== undefined && !isAddress) {
    const id = await resolveSpike(word, access);
    page.pathname = `${page.pathname.replace(/\/$/, '')}/spike/${encodeURIComponent(id)}`;
  }
  if (theme !== undefined) page.searchParams.set('theme', theme);
  return page.href;
}

async function run(word: string | undefined, flags: Flags, started: (c: Chromium) => void): Promise<number> {
  const { out, size, scale, wait, sheet = false, json = false } = flags;
  const program = findChromium(flags.chromium);
  refuseTaken(out);
  const access = accessOf(flags);
  const url = await pageOf(word, access, flags.theme);
  const form = out.endsWith('.svg') ? 'svg' : 'png';
  if (form === 'svg' && !sheet)
    throw new CliError('E_WRITE', 'a screen cannot be saved as SVG', 'add --sheet, or name a .png file');
  const bridge = url.startsWith(`${access.url}/`) ? access.url : new URL(url).origin;
  const cookie = await browserCookie({ ...access, url: bridge });
  const picture = await takeScreenshot(
    program,
    { url, cookie, ...size, scale, waitMs: wait * 1000, sheet: sheet ? form : undefined },
    started,
  );
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const file = writeNewFile(out, picture.name ?? `rtprobe-screen-${stamp}.png`, picture.bytes);
  const bytes = picture.bytes.length;
  if (json) console.log(JSON.stringify({ file, url, bytes }));
  else console.error(`rtprobe: wrote ${file}`);
  return 0;
}

export function screenshotCommand(): Command {
  return withAccessOptions(new Command('screenshot'))
    .description("save a picture of a page of the dashboard with this machine's Chromium")
    .argument('[page]', 'address of a page, id of a spike, "newest" or "worst"; default: the first screen')
    .requiredOption('-o, --out <file>', 'a new .png file, or a folder; with --sheet also a new .svg file')
    .option('--sheet', 'save the whole page with a caption for a bug report, as key e does')
    .addOption(
      new Option('--size <size>', 'size of the page in pixels')
        .argParser(pageSize)
        .default(pageSize(DEFAULT_SIZE), DEFAULT_SIZE),
    )
    .option('--scale <n>', 'pixels of the picture per pixel of the page', integer({ min: 1, max: 4 }), 1)
    .addOption(
      new Option('--theme <name>', "theme of the page; default: Chromium's preference").choices(THEMES),
    )
    .option('--wait <s>', 'seconds to wait before the picture', integer({ min: 0, max: WAIT_MAX_S }), 3)
    .addOption(
      new Option('--chromium <path>', 'Chromium to use; default: the one on the PATH').env('CHROMIUM'),
    )
    .option('--json', 'print file, page and size as JSON')
    .action((word: string | undefined, flags: Flags) => {
      let chromium: Chromium | undefined;
      return act(
        () =>
          run(word, flags, (started) => {
            chromium = started;
          }),
        { onSignal: async () => chromium?.close() },
      );
    });
}
