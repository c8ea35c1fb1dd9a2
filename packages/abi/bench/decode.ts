// Measures the cost of decoding a frame of the agent, as a ratio to JSON.parse of the same content in the same run.
import {
  AgentFrame,
  AgentStream,
  Command,
  encodeAgentFrame,
  encodeMessage,
  type Hist,
  NLM_F_MULTI,
  packBuckets,
  packIntervals,
  readNetlink,
} from '../src/index.ts';

const FAMILY = 31;
const ROWS = 200;
const BUCKETS = 13;
const ROUNDS = 15;
const PASSES = 30;

const hist = (i: number): Hist => ({
  ...{ source: i, cpu: i % 2, count: 900n, sum: 5_000_000n, min: 700n, max: 812_345n, none: 0n },
  intervals: packIntervals([{ generation: 1000, ns: 812_345 }]),
  buckets: packBuckets({
    index: Uint16Array.from({ length: BUCKETS }, (_, b) => 110 + b * 3),
    count: Float64Array.from({ length: BUCKETS }, (_, b) => 1 + b),
  }),
});
const hists = Array.from({ length: ROWS }, (_, i) => hist(i));
const frames = hists.map((h) =>
  encodeAgentFrame(AgentFrame.netlink, encodeMessage(FAMILY, Command.getHists, 1, NLM_F_MULTI, h)),
);
const plain = hists.map((h) => ({ ...h, buckets: [...h.buckets!], intervals: [...h.intervals!] }));
const json = JSON.stringify(plain, (_, value) => (typeof value === 'bigint' ? Number(value) : value));

const fail = (): never => {
  throw new Error('the frames did not decode');
};
let decoded = 0;
const stream = new AgentStream({
  frame: (_kind, payload) => readNetlink(payload, FAMILY, () => decoded++, fail),
  error: fail,
});

function decode(): void {
  decoded = 0;
  for (const frame of frames) stream.push(frame);
  if (decoded !== ROWS) fail();
}

/** Returns the microseconds of one call. */
function time(run: () => void): number {
  const start = performance.now();
  for (let i = 0; i < PASSES; i++) run();
  return ((performance.now() - start) * 1000) / PASSES;
}
const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!;

const parse = (): void => void JSON.parse(json);
time(decode);
time(parse);
const ours: number[] = [];
const peer: number[] = [];
for (let i = 0; i < ROUNDS; i++) {
  ours.push(time(decode));
  peer.push(time(parse));
}
const [a, b] = [median(ours), median(peer)];
console.log(
  `decode ${ROWS} rows: ${a.toFixed(0)} µs, JSON.parse ${b.toFixed(0)} µs: ${(b / a).toFixed(1)} ×`,
);
