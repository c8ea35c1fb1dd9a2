interface LockPackages {
  readonly packages: Readonly<Record<string, object>>;
}
export function nodePackagesStale(
  lock: LockPackages,
  installed: LockPackages | undefined,
  workspaces?: readonly string[],
): boolean;
export function nodePackagesMissing(workspaces?: readonly string[]): boolean;
export function installNodePackages(what: string, workspaces?: readonly string[]): Promise<void>;
export function pinnedNode(): string;
