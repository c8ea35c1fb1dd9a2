// Compares the tables of npm scripts in CONTRIBUTING.md with the package.json files.

/** Scripts by folder; '.' is the root. */
export type Scripts = ReadonlyMap<string, readonly string[]>;

/** Every TypeScript workspace has this script; the page says so once. */
const COMMON = 'typecheck';

/** Returns the scripts that the section "Scripts" of a page lists. */
export function scriptsOfPage(page: string): Scripts {
  const section = /^## Scripts$([\s\S]*?)(?=^## )/m.exec(`${page}\n## `)?.[1] ?? '';
  const scripts = new Map<string, string[]>();
  const add = (folder: string, name: string) => scripts.set(folder, [...(scripts.get(folder) ?? []), name]);
  for (const row of section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)) {
    const [, first = '', second = ''] = row;
    if (first.includes('npm'))
      for (const name of first.matchAll(/`npm (?:run )?([\w:]+)/g)) add('.', name[1]!);
    else for (const name of second.matchAll(/`([\w:]+)`/g)) add(first.replaceAll('`', ''), name[1]!);
  }
  return scripts;
}

/** Returns one line for each script without a row and each row without a script. */
export function scriptFaults(page: Scripts, packages: Scripts): string[] {
  const missing = [...packages].flatMap(([folder, names]) =>
    names
      .filter((name) => !(folder !== '.' && name === COMMON) && !page.get(folder)?.includes(name))
      .map((name) => `CONTRIBUTING.md: has no row for the script ${name} of ${folder}/package.json`),
  );
  const stale = [...page].flatMap(([folder, names]) =>
    names
      .filter((name) => !packages.get(folder)?.includes(name))
      .map((name) => `CONTRIBUTING.md: names the script ${name}, which ${folder}/package.json does not have`),
  );
  return [...missing, ...stale];
}
