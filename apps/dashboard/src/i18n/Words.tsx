// A message with elements in its holes: <Words of="detail.inHandler" with={{ time, name: <Name>…</Name> }} />.
import { Fragment, type ReactNode } from 'react';
import { HOLE, type Holes, type Key, plural, template } from './translate.ts';

export function Words<K extends Key>({ of, with: held }: { of: K; with: Record<Holes<K>, ReactNode> }) {
  const values: Readonly<Record<string, ReactNode>> = held;
  const text = template(of);
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(HOLE)) {
    const [whole, name, one, other] = match;
    parts.push(text.slice(from, match.index));
    parts.push(one === undefined ? values[name!] : plural(Number(values[name!]), one, other!));
    from = match.index + whole.length;
  }
  parts.push(text.slice(from));
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text keep their places
  return parts.map((part, i) => <Fragment key={i}>{part}</Fragment>);
}
