// Compares time ranges by slices of equal length.
import { compareSlices, random, type Slice, type SliceComparison } from '@rtprobe/metrics';
import {
  type ComparedMeasure,
  type ComparedValues,
  HISTORY_COLUMNS_MAX,
  type Measure,
} from '@rtprobe/protocol';
import type { Database } from '../store/database.ts';
import { findHost } from '../store/series.ts';
import type { HostRange, Read } from '../threads/messages.ts';
import { Reader, spanOf } from './host-reader.ts';

/** So that the same runs always have the same verdict. */
const SEED = 1;
/** Shortest slice. */
const SECOND = 1e6;

interface Stored extends HostRange {
  reader: Reader | undefined;
}

export function compareRanges(db: Database, { ranges, measures }: Read<'compare'>): ComparedMeasure[][] {
  const stored = ranges.map((range): Stored => {
    const host = findHost(db, range.host);
    return { ...range, reader: host === undefined ? undefined : new Reader(db, host) };
  });
  const [first, ...others] = stored as [Stored, ...Stored[]];
  const tests = others.length * measures.length;
  return others.map((other) => measures.map((measure) => compared(measure, first, other, tests)));
}

function compared(measure: Measure, a: Stored, b: Stored, tests: number): ComparedMeasure {
  const width = Math.max(...[a, b].map(widthOf));
  const [ofA, ofB] = [slicesOf(a, measure, width), slicesOf(b, measure, width)];
  const [valuesA, valuesB] = [valuesOf(a, measure), valuesOf(b, measure)];
  const common = { measure, a: valuesA, b: valuesB };
  if (valuesA.count === 0 || valuesB.count === 0) {
    return { ...common, verdict: 'unknown', why: 'no_data', blocks: [0, 0], blockUs: width, quantiles: [] };
  }
  const found = compareSlices(ofA, ofB, { random: random(SEED), tests });
  const { verdict, why, blocks, slicesPerBlock } = found;
  return {
    ...{ ...common, verdict, ...(why && { why }), blocks, blockUs: slicesPerBlock * width },
    quantiles: found.quantiles.map(inNanoseconds),
  };
}

const inNanoseconds = ({ quantile, a, b, low, high, p, differs }: SliceComparison['quantiles'][number]) => ({
  ...{ quantile, aNs: Math.round(a), bNs: Math.round(b), lowNs: Math.round(low), highNs: Math.round(high) },
  ...{ p, differs },
});

/** Returns the finest width that is stored for the whole range. */
const widthOf = ({ reader, from, to }: Stored): number =>
  Math.max(SECOND, reader?.chooseWidth(from, to, HISTORY_COLUMNS_MAX) ?? 0);

/** Returns the slices within a range, without those that were watched for less than half of their length. */
function slicesOf({ reader, from, to }: Stored, measure: Measure, widthUs: number): Slice[] {
  if (!reader) return [];
  const columns = [...reader.columns({ measure }, spanOf(widthUs, from, to))];
  return columns.filter(
    ({ column, spanUs }) => column * widthUs >= from && (column + 1) * widthUs <= to && spanUs >= widthUs / 2,
  );
}

function valuesOf({ reader, from, to }: Stored, measure: Measure): ComparedValues {
  if (!reader) return { count: 0, maxNs: 0, buckets: [] };
  const { count, max, buckets, bucketIndex, bucketCount } = reader.total({ measure }, from, to);
  const pairs = Array.from({ length: buckets }, (_, i): [number, number] => [
    bucketIndex[i]!,
    bucketCount[i]!,
  ]);
  return { count, maxNs: max, buckets: pairs };
}
