// The path under which a proxy publishes the bridge, such as /rt; empty at the root of a host name.

/** First words of the bridge's own paths, which a base must not hide. */
const OWN = ['api', 'assets', 'healthz', 'metrics', 'ws'];

export const BASE_PATH_RULE = `must be a path such as /rt, which does not begin with ${OWN.map((word) => `/${word}`).join(', ')}`;

export function isBasePath(text: string): boolean {
  if (text === '') return true;
  return /^(\/[A-Za-z0-9][\w.~-]*)+$/.test(text) && text.length <= 128 && !OWN.includes(text.split('/')[1]!);
}

/**
 * Returns the part of a request's address that follows the base. An address without the base stays as it is: some
 * proxies remove the base, and local programs do not use it.
 */
export function withoutBase(url: string, base: string): string {
  if (base === '' || !url.startsWith(base)) return url;
  const rest = url.slice(base.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}

/** Returns the built page with the addresses of its files and the base, which the build writes as "./". */
export const pageUnder = (html: string, base: string): string => html.replaceAll('="./', `="${base}/`);
