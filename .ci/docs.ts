// Checks that what the documentation refers to exists: relative links and their headings, the files of the tour, the
// pages that code names, the words of the user interface, and the npm scripts. Also checks that README leads to every
// page. `npx node .ci/docs.ts` prints one line per fault and exits with 1 if there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './command.ts';
import { type Scripts, scriptFaults, scriptsOfPage } from './script-table.ts';
import { isUiText, quotedTexts } from './ui-words.ts';

const TOUR = 'docs/tour.md';
const TOUR_FILES_MAX = 12;
const link = /!?\[[^\]]*\]\(([^()\s]+)\)/g;
const sourceFile = /\b(?:apps|kmod|packages)\/[\w./-]+\.\w+/g;
const page = /\bdocs\/[\w./-]+\.md\b/g;

function git(...words: string[]): string[] {
  const result = spawnSync('git', words, { cwd: root, encoding: 'utf8' });
  if (result.status !== 0 && result.status !== 1) throw new Error(`git ${words[0]}: ${result.stderr}`);
  return result.stdout.split('\n').filter(Boolean);
}

/** Returns the lines of a page with code removed; line numbers stay the same. */
function prose(file: string): string[] {
  let fenced = false;
  return readFileSync(join(root, file), 'utf8')
    .split('\n')
    .map((line) => {
      const fence = /^\s*```/.test(line);
      if (fence) fenced = !fenced;
      return fence || fenced ? '' : line.replaceAll(/`[^`]*`/g, (code) => ' '.repeat(code.length));
    });
}

/** Returns the anchors of a page's headings, as GitHub makes them. */
function anchorsOf(file: string): Set<string> {
  const anchors = new Set<string>();
  let fenced = false;
  for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
    if (/^\s*```/.test(line)) fenced = !fenced;
    const heading = fenced ? undefined : /^#{1,6} (.+)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Returns why a link of a page does not resolve; undefined if it does or leads outside the repository. */
function linkFault(file: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#', 2);
  const to = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
  if (to.startsWith('..')) return `link to ${target} leaves the repository`;
  if (!existsSync(join(root, to))) return `link to ${target}: there is no ${to}`;
  if (anchor === undefined || !to.endsWith('.md') || anchorsOf(to).has(anchor)) return undefined;
  return `link to ${target}: ${to} has no heading "#${anchor}"`;
}

function linkFaults(file: string): string[] {
  return prose(file).flatMap((line, index) =>
    [...line.matchAll(link)].flatMap(([, target]) => {
      const fault = linkFault(file, target!);
      return fault === undefined ? [] : [`${file}:${index + 1}: ${fault}`];
    }),
  );
}

function tourFaults(): string[] {
  const named = new Set(readFileSync(join(root, TOUR), 'utf8').match(sourceFile));
  const missing = [...named].filter((path) => !existsSync(join(root, path)));
  const faults = missing.map((path) => `${TOUR}: names ${path}, which does not exist`);
  if (named.size > TOUR_FILES_MAX)
    faults.push(`${TOUR}: names ${named.size} files, at most ${TOUR_FILES_MAX}`);
  return faults;
}

/** Returns the pages of `pages` that no chain of links from README reaches. */
function unreachedFaults(pages: readonly string[]): string[] {
  const reached = new Set(['README.md']);
  for (const file of reached) {
    for (const [, target] of prose(file).join('\n').matchAll(link)) {
      const to = normalize(join(dirname(file), target!.split('#', 1)[0]!));
      if (pages.includes(to)) reached.add(to);
    }
  }
  const docs = pages.filter((file) => file.startsWith('docs/'));
  return docs.filter((file) => !reached.has(file)).map((file) => `${file}: no link from README leads to it`);
}

/** Returns quoted words of the user interface that its texts do not have. */
function uiWordFaults(file: string): string[] {
  return prose(file).flatMap((line, index) =>
    quotedTexts(file, line)
      .filter((text) => !isUiText(text))
      .map((text) => `${file}:${index + 1}: the user interface has no text "${text}"`),
  );
}

/** Returns pages that code and messages refer to and that do not exist. */
function pageFaults(): string[] {
  const lines = git('grep', '-nIE', 'docs/[A-Za-z0-9_./-]+\\.md', '--', ':!*.md');
  return lines.flatMap((text) => {
    const [file, line] = text.split(':', 2);
    const gone = (text.match(page) ?? []).filter((path) => !existsSync(join(root, path)));
    return gone.map((path) => `${file}:${line}: names ${path}, which does not exist`);
  });
}

function packageScripts(): Scripts {
  const files = git('ls-files', '--', 'package.json', '*/package.json');
  return new Map(
    files.map((file) => {
      const { scripts = {} } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { scripts?: object };
      return [dirname(file), Object.keys(scripts)] as const;
    }),
  );
}

const scriptTableFaults = (): string[] =>
  scriptFaults(scriptsOfPage(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')), packageScripts());

/** Returns everything the documentation or the code refers to and that does not exist, one line each. */
export function docsFaults(): string[] {
  const pages = git('ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md');
  const present = pages.filter((file) => existsSync(join(root, file)));
  return [
    ...present.flatMap(linkFaults),
    ...present.flatMap(uiWordFaults),
    ...unreachedFaults(present),
    ...tourFaults(),
    ...pageFaults(),
    ...scriptTableFaults(),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = docsFaults();
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
