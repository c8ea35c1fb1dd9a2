// Reads YAML that a person wrote, in a time that is bounded by the limits below: the bridge reports data meanwhile.
import { createRequire } from 'node:module';
import { reasonOf } from './errors.ts';

/** Levels of nesting. The parser is recursive, and its time grows with the square of the levels. */
const DEPTH_MAX = 32;
/** Comparisons of the keys of maps: each key is compared with all before it. */
const COMPARISONS_MAX = 500_000;

const OPENS = new Set(['[', '{']);
const CLOSES = new Set([']', '}']);
/** Indicators that nest the rest of their line. */
const NESTS = new Set(['-', '?']);

/** @throws if brackets, or indicators on one line, nest too deeply */
function checkDepth(tokens: Iterable<string>): void {
  let brackets = 0;
  let indicators = 0;
  for (const token of tokens) {
    if (OPENS.has(token)) brackets++;
    else if (CLOSES.has(token)) brackets--;
    else if (NESTS.has(token)) indicators++;
    else if (token === '\n' || token === '\r\n') indicators = 0;
    if (brackets + indicators > DEPTH_MAX) throw new Error(`more than ${DEPTH_MAX} levels`);
  }
}

/** Returns whether two keys of a map are equal; throws if too many were compared. */
function comparer(isScalar: (node: unknown) => node is { value: unknown }) {
  let left = COMPARISONS_MAX;
  return (a: unknown, b: unknown): boolean => {
    if (--left < 0) throw new Error('too many keys');
    return isScalar(a) && isScalar(b) && a.value === b.value;
  };
}

/** The content of a text, and where its values are. */
export interface PlacedYaml {
  readonly content: unknown;
  /** Returns the line of a value; of the innermost one around it that exists, if it is missing. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** Parses a text without anchors and aliases. @throws an error with a reason in one line */
export function parsePlacedYaml(text: string): PlacedYaml {
  // Loaded here, so that a bridge starts without it.
  const { isScalar, Lexer, LineCounter, parseDocument } = createRequire(import.meta.url)(
    'yaml',
  ) as typeof import('yaml');
  // A byte order mark would indent the first line.
  const source = text.replace(/^\uFEFF/, '');
  const lineCounter = new LineCounter();
  try {
    checkDepth(new Lexer().lex(source));
    const uniqueKeys = comparer(isScalar);
    // A readable error costs a copy of its line, and there can be as many as keys.
    const document = parseDocument(source, {
      ...{ prettyErrors: false, logLevel: 'error', uniqueKeys, lineCounter },
    });
    const [fault] = document.errors;
    if (!fault) {
      const lineOf = (path: readonly PropertyKey[]): number => {
        for (let length = path.length; length > 0; length--) {
          const node = document.getIn(path.slice(0, length), true) as { range?: number[] } | undefined;
          if (node?.range) return lineCounter.linePos(node.range[0]!).line;
        }
        return 1;
      };
      return { content: document.toJS({ maxAliasCount: 0 }), lineOf };
    }
    const { line, col } = lineCounter.linePos(fault.pos[0]);
    throw new Error(`${fault.message} at line ${line}, column ${col}`);
  } catch (error) {
    throw new Error(reasonOf(error).split('\n')[0]!, { cause: error });
  }
}

/** Returns the content of a text without anchors and aliases. @throws an error with a reason in one line */
export const parseYaml = (text: string): unknown => parsePlacedYaml(text).content;
