// The path under which the bridge is published. The bridge writes it into the page.

/** Returns "/rt" for a bridge behind a proxy at that path; empty at the root of a host name and without a bridge. */
export function basePathOf({ head }: Pick<Document, 'head'>): string {
  const content = head.querySelector('meta[name="rtprobe-base"]')?.getAttribute('content') ?? '';
  return content.startsWith('/') ? content.slice(0, -1) : '';
}
