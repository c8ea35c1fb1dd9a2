// Hostile text in HTML.
import { visibleText } from '@rtprobe/metrics';

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const text = (value: string | number): string =>
  visibleText(String(value)).replaceAll(/[&<>"']/g, (character) => ESCAPED[character]!);
