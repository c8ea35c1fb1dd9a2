import { describe, expect, it } from 'vitest';
import { circlesOf, type ImportGraph } from './import-circles.ts';

const graph = (imports: Record<string, string[]>): ImportGraph => new Map(Object.entries(imports));

describe('import circles', () => {
  it('are none where two files share a third', () => {
    expect(circlesOf(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });

  it('are named from the file at which they close', () => {
    expect(circlesOf(graph({ a: ['b'], b: ['c'], c: ['b'] }))).toEqual([['b', 'c', 'b']]);
  });

  it('include a file that imports itself', () => {
    expect(circlesOf(graph({ a: ['a'] }))).toEqual([['a', 'a']]);
  });
});
