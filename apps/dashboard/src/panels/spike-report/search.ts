// Finds slices of a timeline by words: a name, a pid, a function.
import { type Slice, sliceTitle } from '@rtprobe/trace';
import type { Activity } from '../../charts/timeline/activity.ts';
import { filterWords, hasAllWords } from '../../store/base/filter-words.ts';

/** Text of a slice: "irq 36 virtio1-req.0", "fio/812", "hrtimer tick_nohz_handler"; with the functions of its samples. */
function textOf(slice: Slice, { sampledIn }: Searched): string {
  const own = slice.kind === 'irqs_off' ? `${slice.label} ${slice.name}` : sliceTitle(slice);
  const places = new Set(sampledIn.get(slice)?.map(({ place }) => place?.function ?? ''));
  return [own, ...places].join(' ');
}

type Searched = Pick<Activity, 'index' | 'sampledIn'>;

/** A number matches whole numbers only: "12" is neither in "fio/812" nor in "irq 124". */
const hasNumber = (text: string, number: string): boolean =>
  new RegExp(`(?<!\\d)${number}(?!\\d)`).test(text);

/** Returns the slices that have all words, by time; undefined if there are no words. */
export function searchSlices(activity: Searched, text: string): readonly Slice[] | undefined {
  const all = filterWords(text);
  if (all.length === 0) return undefined;
  const isNumber = (word: string) => /^\d+$/.test(word);
  const numbers = all.filter(isNumber);
  const words = all.filter((word) => !isNumber(word));
  return activity.index.slices
    .filter((slice) => {
      const own = textOf(slice, activity);
      return hasAllWords(own, words) && numbers.every((number) => hasNumber(own, number));
    })
    .sort((a, b) => a.startNs - b.startNs);
}

/** Returns the match after or before a slice, or a time if there is none; after the last comes the first. */
export function nextMatch(
  matches: readonly Slice[],
  from: { readonly slice: Slice | undefined; readonly atNs: number },
  direction: 1 | -1,
): Slice | undefined {
  const { slice, atNs } = from;
  const index = slice === undefined ? -1 : matches.indexOf(slice);
  if (index >= 0) return matches.at((index + direction) % matches.length);
  const since = slice?.startNs ?? atNs;
  if (direction > 0) return matches.find((match) => match.startNs >= since) ?? matches[0];
  return matches.findLast((match) => match.startNs < since) ?? matches.at(-1);
}
