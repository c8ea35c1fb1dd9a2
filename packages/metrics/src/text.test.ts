import { expect, it } from 'vitest';
import { visibleText } from './text.ts';

it('names show what cannot be seen', () => {
  expect(visibleText('evil\u202egnp.exe')).toBe('evil\\u{202e}gnp.exe');
  expect(visibleText('a\u0007b\u200bc\n')).toBe('a\\u{7}b\\u{200b}c\\u{a}');
  expect(visibleText('\ud800')).toBe('\\u{d800}');
});

it('names keep everything that can be seen, markup too', () => {
  for (const name of ['virtio1-req.0', 'kworker/1:1', '<script>', 'naïve', '日本語', 'x y']) {
    expect(visibleText(name)).toBe(name);
  }
});
