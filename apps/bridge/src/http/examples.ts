// An example of every route, in the OpenAPI document. A test sends them to a bridge.
import type { z } from 'zod';
import type { RouteName, Routes } from './routes.ts';

type Input<R, Part extends string> = R extends Record<Part, z.ZodType> ? z.input<R[Part]> : undefined;

/** Parts of a request as they are sent. */
export interface Example {
  readonly query?: object | undefined;
  readonly params?: object | undefined;
  readonly body?: object | undefined;
}

interface ExampleOf<R> {
  readonly query?: Input<R, 'query'>;
  readonly params?: Input<R, 'params'>;
  readonly body?: Input<R, 'body'>;
}

const spike = { params: { id: '7-1' } };
const DAY = { from: '1790553600000000', to: '1790640000000000' };
const RECORDING = 'night.rec';

export const examples: { readonly [Name in RouteName]: ExampleOf<Routes[Name]> } = {
  getOpenApi: {},
  getStatus: {},
  getSources: { query: { host: 'cnc-07' } },
  getInterrupts: { query: { host: 'cnc-07' } },
  getTasks: {},
  getSpike: spike,
  getTrace: spike,
  getHistory: { query: { measure: 'timer_latency', ...DAY, columns: '24' } },
  getHistoryTotal: { query: { measure: 'hardirq_duration', ...DAY, cpu: '1' } },
  getSpikes: { query: { limit: '10' } },
  getIncident: spike,
  getIncidents: { query: { host: 'cnc-07', ...DAY, limit: '100' } },
  getCauses: { query: { ...DAY, limit: '10' } },
  getRuns: { query: { limit: '10' } },
  getTestRuns: { query: { host: 'cnc-07' } },
  getTestRun: { params: { id: '1' } },
  getTestRunSamples: { params: { id: '1' } },
  compareRuns: { query: { runs: '1,run:1' } },
  getWhatIf: { query: { measure: 'wakeup_latency', ...DAY, without: 'irq:24,task:dd' } },
  getAcknowledgements: { query: { host: 'cnc-07' } },
  getAnnotations: { query: DAY },
  getRules: {},
  getSuggestedThresholds: {},
  getKnowledge: {},
  getDoctor: { query: { host: 'cnc-07', task: 'cyclictest' } },
  getAlerts: {},
  getIsolation: { query: { cpus: '1' } },
  getRecordings: {},
  getReplaySpikes: { query: { host: RECORDING } },
  setConfig: { body: { thresholdNs: 200_000, periodNs: 500_000 } },
  clearSpikes: { body: {} },
  clearHistograms: { body: { host: 'cnc-07' } },
  setReplay: { body: { host: RECORDING, positionUs: 9_000_000, paused: true } },
  stepReplay: { body: { host: RECORDING, to: 'next' } },
  beginUpload: { body: { file: RECORDING, bytes: 522_576 } },
  addPiece: { params: { id: '1' }, query: { offset: '0' } },
  cancelUpload: { params: { id: '2' } },
  openRecording: { body: { file: RECORDING } },
  closeRecording: { body: { host: RECORDING } },
  deleteRecording: { query: { file: RECORDING } },
  addRule: {
    body: {
      measures: ['wakeup_latency'],
      comm: 'cyclictest*',
      thresholdNs: 50_000,
      cooldownNs: 1_000_000_000,
      action: { stopTrace: true },
    },
  },
  armRule: { body: { id: 1 } },
  deleteRule: { query: { id: '1' } },
  addExpectation: { body: { text: 'quiet on 1 above 5us' } },
  deleteExpectation: { query: { id: '2' } },
  changeRun: { params: { id: '1' }, body: { name: 'before the new driver', baseline: true } },
  beginTestRun: {
    body: {
      boot: '01234567-89ab-cdef-0123-456789abcdef',
      command: ['cyclictest', '-q', '-l', '100000'],
      name: 'new driver',
      at: 1_790_553_600_000_000,
    },
  },
  importTestRun: {
    body: {
      file: 'cyclictest.txt',
      text: 'T: 0 ( 1234) P:80 I:1000 C:   1000 Min:      2 Act:    3 Avg:    4 Max:      52\n',
      unit: 'us',
    },
  },
  reportTestRun: { params: { id: '1' }, body: { at: 1_790_553_700_000_000, exitCode: 0 } },
  deleteTestRun: { params: { id: '2' } },
  acknowledge: { body: { incidents: ['7-1'], by: 'Jo', comment: 'the new cable' } },
  withdrawAcknowledgement: { query: { incident: '7-1' } },
  addAnnotation: { body: { text: 'new network cable', author: 'Jo', time: 1_790_553_600_000_000 } },
  testAlert: { body: { channel: 'siren' } },
  deleteAnnotation: { params: { id: '1' } },
};
