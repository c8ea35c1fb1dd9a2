// The rows that a page shows in detail: those of a few sources, or all of a CPU. Only these have a histogram and a
// history of their own: a large machine has 16,000 rows, and 20 KB for each would be 300 MB.

export type DetailScope = { sources: readonly number[] } | { cpu: number };

/** Maximum number of sources in detail: an interrupt has a few measures, on a line shared by a few actions. */
const SCOPE_SOURCES_MAX = 16;

/** Returns the sources that get a history of their own. */
export function scopeSources(scope: DetailScope | undefined): readonly number[] {
  return scope !== undefined && 'sources' in scope ? scope.sources.slice(0, SCOPE_SOURCES_MAX) : [];
}

export function scopeKey(scope: DetailScope): string {
  return 'cpu' in scope
    ? `cpu ${scope.cpu}`
    : `sources ${[...scope.sources].sort((a, b) => a - b).join(' ')}`;
}

export function inScope(scope: DetailScope | undefined, source: number, cpu: number): boolean {
  if (scope === undefined) return false;
  return 'cpu' in scope ? scope.cpu === cpu : scopeSources(scope).includes(source);
}
