// Measures the cost of a dump: decoding the kernel's bytes, and encoding a frame. Compared with JSON.
import { Command, encodeMessage, NLM_F_MULTI, readNetlink } from '@rtprobe/abi';
import { readFrame } from '@rtprobe/protocol';
import { RowTable, readHistRow } from '../src/state/row-table.ts';
import { activeHists, activeRows, asObjects, encodeFrame, header } from './data.ts';
import { compare } from './measure.ts';

const FAMILY = 31;
const rows = activeRows();
const encode = () => encodeFrame(rows);

const objects = asObjects(rows);
const frame = encode();
const json = JSON.stringify({ ...header, rows: objects });
console.log(`a frame of ${rows.length} rows: ${frame.length} bytes, as JSON ${json.length} bytes`);
compare(
  'encode a frame',
  { name: 'varint', run: encode },
  { name: 'JSON.stringify', run: () => JSON.stringify(objects) },
);
const sink = { begin: () => {}, row: () => {} };
compare(
  'decode a frame',
  { name: 'varint', run: () => readFrame(frame, sink) },
  { name: 'JSON.parse', run: () => JSON.parse(json) },
);

const messages = activeHists().map((hist) => encodeMessage(FAMILY, Command.getHists, 1, NLM_F_MULTI, hist));
const hists = activeHists().map((hist) => ({
  ...hist,
  buckets: [...hist.buckets!],
  intervals: [...hist.intervals!],
}));
const text = JSON.stringify(hists, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
const table = new RowTable();
const fail = (): never => {
  throw new Error('the dump did not decode');
};

/** Runs the whole path: decodes messages, checks them, and subtracts the last dump. */
function applyDump(): void {
  const taken: NonNullable<ReturnType<typeof readHistRow>>[] = [];
  for (const message of messages) {
    readNetlink(
      message,
      FAMILY,
      (m) => {
        if (m.kind !== 'message' || m.command !== Command.getHists) fail();
        else taken.push(readHistRow(m.value) ?? fail());
      },
      fail,
    );
  }
  if (table.apply(taken, 1000, 1000, fail) === 'backwards') fail();
}
compare(
  'apply a dump of the kernel',
  { name: 'decode, check, subtract', run: applyDump },
  { name: 'JSON.parse alone', run: () => JSON.parse(text) },
);
