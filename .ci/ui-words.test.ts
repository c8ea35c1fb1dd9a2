import { expect, it } from 'vitest';
import { isUiText, quotedTexts } from './ui-words.ts';

it('finds what pages about the dashboard quote', () => {
  expect(quotedTexts('docs/how-to/access.md', 'Press "Log out" or `"x"`.')).toContain('Log out');
  expect(quotedTexts('docs/tutorial/first-spike.md', '- **Chain of causation**: the steps')).toEqual([
    'Chain of causation',
  ]);
  expect(quotedTexts('docs/explanation/lab.md', 'the part "of something"')).toEqual([]);
});

it('accepts texts of the dashboard with their holes filled, and no others', () => {
  for (const text of [
    'Log out',
    '3 outside Linux',
    'Timer latency',
    'host did not run this CPU',
    'passive only',
  ])
    expect(isUiText(text), text).toBe(true);
  expect(isUiText('What happened')).toBe(false);
});
