// Words of the user interface that pages of the documentation quote.
import { messages } from '../apps/dashboard/src/i18n/messages/index.ts';
import { measures, partWords } from '../packages/protocol/src/index.ts';

/** Pages that describe how to use the dashboard. What they put in quotation marks is a text of it. */
const uiPage = /^docs\/(?:how-to|tutorial)\/|^docs\/reference\/(?:dashboard|exports)\.md$/;
/** The tutorial also names headings of the dashboard, in bold. */
const tutorial = /^docs\/tutorial\//;

/** Returns the texts of the user interface that a line of a page quotes. */
export function quotedTexts(file: string, line: string): string[] {
  if (!uiPage.test(file)) return [];
  const pattern = tutorial.test(file) ? /"([^"]+)"|\*\*([^*]+)\*\*/g : /"([^"]+)"/g;
  return [...line.matchAll(pattern)].map(([, quoted, bold]) => (quoted ?? bold)!);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Returns a pattern of a message: a hole matches any text. */
const patternOf = (message: string): RegExp =>
  new RegExp(
    `^${message
      .split(/\{[^}]*\}/)
      .map(escaped)
      .join('.+')}$`,
    'i',
  );

const patterns = [
  ...Object.values(messages).map(([english]) => english),
  ...measures.map(({ title }) => title),
  ...Object.values(partWords).map(({ title }) => title),
]
  // A message of holes alone would match every text.
  .filter((message) => /[a-z]{3}/i.test(message.replaceAll(/\{[^}]*\}/g, '')))
  .map(patternOf);

export const isUiText = (text: string): boolean => patterns.some((pattern) => pattern.test(text));
