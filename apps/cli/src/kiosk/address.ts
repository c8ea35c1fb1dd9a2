// The address of the kiosk view and of the bridge that serves it.

/** Returns the address with the word that makes a page a kiosk. */
export function kioskAddress(url: string): string {
  const page = new URL(url);
  page.searchParams.set('kiosk', '1');
  return page.href;
}

/** Returns the address of the bridge: its page names the path under which a proxy publishes it. */
export function bridgeOfPage(url: string, html: string): string {
  const [, base = '/'] = /<meta name="rtprobe-base" content="([^"]*)"/.exec(html) ?? [];
  return new URL(base, url).href.replace(/\/$/, '');
}

/** Errors of TLS: something answers, and Chromium decides about its certificate. */
const CERTIFICATE = /CERT|SIGNATURE|SELF_SIGNED|ERR_TLS/;

/** Returns the page as text, "" if only its certificate is in doubt, and undefined while no bridge answers. */
export async function readPage(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return answer.ok ? await answer.text() : undefined;
  } catch (error) {
    const { cause } = error as Error & { cause?: { code?: string } };
    return CERTIFICATE.test(cause?.code ?? '') ? '' : undefined;
  }
}
