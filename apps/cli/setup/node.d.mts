interface LockPackages {
  readonly packages: Readonly<Record<string, object>>;
}
export function nodePackagesStale(lock: LockPackages, installed: LockPackages | undefined): boolean;
export function nodePackagesMissing(): boolean;
export function installNodePackages(): Promise<void>;
export function pinnedNode(): string;
