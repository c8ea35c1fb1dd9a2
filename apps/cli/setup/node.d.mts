interface LockPackages {
  readonly packages: Readonly<Record<string, object>>;
}
export function nodePackagesStale(lock: LockPackages, installed: LockPackages | undefined): boolean;
export function installNodePackages(): void;
export function pinnedNode(): string;
