// Offers a file made in the page as a download.

/** Time for the browser to start the download. */
const HOLD_MS = 10_000;

export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), HOLD_MS);
}
