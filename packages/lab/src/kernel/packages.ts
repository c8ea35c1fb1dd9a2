import type { PackageRecord } from '../apt/archive.ts';
import { LabError } from '../errors.ts';

/** The packages of a kernel in an archive. */
export interface KernelPackages {
  readonly release: string;
  readonly version: string;
  /** The kernel's own packages, of one source. */
  readonly names: readonly string[];
  /** Packages that its headers need: compilers, libraries. */
  readonly tools: readonly string[];
}

/** Packages made from the kernel's source; since 7.x the image is split into several. */
const OWN = /^linux-(image|binary|modules|base-\d.*|headers|kbuild|compiler)-?/;

type Records = (name: string) => Promise<PackageRecord>;

function pick(depends: readonly string[], kind: string, flavour: string): string {
  const found = depends.find((each) => each.startsWith(`linux-${kind}-`));
  if (found) return found;
  throw new LabError(
    'E_PACKAGE',
    `linux-${kind}-${flavour} depends on no linux-${kind}-…`,
    'the archive has changed: see docs/reference/lab.md',
  );
}

/** Returns a package with all of the kernel's own packages that it needs; adds the others to `others`. */
async function closure(records: Records, name: string, others: Set<string>): Promise<Set<string>> {
  const names = new Set<string>();
  const visit = async (each: string): Promise<void> => {
    if (names.has(each)) return;
    names.add(each);
    for (const needed of (await records(each)).depends) {
      if (OWN.test(needed)) await visit(needed);
      else others.add(needed);
    }
  };
  await visit(name);
  return names;
}

/** The package with kbuild's programs, which run where modules are built. */
const KBUILD = /^linux-kbuild-/;

/**
 * Returns the packages of the newest kernel of a flavour. During an update, the metapackages of image and headers can
 * name different versions, so the headers of the image's version are used.
 *
 * @param builder Debian's name of the building machine's architecture, if the kernel is of another one
 * @throws LabError E_PACKAGE
 */
export async function kernelPackages(
  records: Records,
  flavour: string,
  builder?: string,
): Promise<KernelPackages> {
  const image = pick((await records(`linux-image-${flavour}`)).depends, 'image', flavour);
  const release = image.replace('linux-image-', '');
  const headers = `linux-headers-${release}`;
  const tools = new Set<string>();
  const own = [...(await closure(records, image, new Set())), ...(await closure(records, headers, tools))];
  tools.delete('linux-base');
  return {
    release,
    version: (await records(headers)).version,
    names: [...new Set(own)]
      .sort()
      .map((name) => (builder && KBUILD.test(name) ? `${name}:${builder}` : name)),
    tools: [...tools].sort(),
  };
}
