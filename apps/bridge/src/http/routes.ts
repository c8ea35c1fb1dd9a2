// The registry of all routes under /api/v1: the bridge mounts its handlers from it, and openapi.ts generates the
// document from it.
import {
  INTERVAL_MAX_NS,
  INTERVAL_MIN_NS,
  PERIOD_MAX_NS,
  PERIOD_MIN_NS,
  THRESHOLD_MAX_NS,
} from '@rtprobe/abi';
import {
  ACKNOWLEDGE_MAX,
  ANNOTATION_AUTHOR_MAX,
  ANNOTATION_TEXT_MAX,
  CAPTURES,
  CAUSES_MAX,
  COMMAND_WORD_MAX,
  COMMAND_WORDS_MAX,
  COMPARED_RUNS_MAX,
  HISTORY_COLUMNS_MAX,
  HISTORY_WIDTHS_US,
  hasKthreadThreshold,
  hasThreshold,
  MEASURES,
  RESULT_TEXT_MAX,
  RUN_NAME_MAX,
  RUN_WORD,
  STRUCK_MAX,
} from '@rtprobe/protocol';
import {
  acknowledgementListSchema,
  alertStateSchema,
  annotationSchema,
  causeListSchema,
  comparisonSchema,
  count,
  doctorSchema,
  historySchema,
  historyTotalSchema,
  hostInfoSchema,
  hostStatsSchema,
  incidentPageSchema,
  incidentSchema,
  interruptFactsSchema,
  isolationSchema,
  knowledgeSchema,
  matchedSamplesSchema,
  measureSchema,
  nanoseconds,
  recordingListSchema,
  replayPositionSchema,
  replaySpikesSchema,
  ruleRequestSchema,
  ruleSchema,
  runInfoSchema,
  sourceInfoSchema,
  spikePageSchema,
  spikeSchema,
  storedIncidentSchema,
  storedSpikeSchema,
  taskStatSchema,
  testRunInfoSchema,
  testRunSchema,
  thresholdSuggestionSchema,
  traceSchema,
  unixMicros,
  uploadStateSchema,
  whatIfSchema,
} from '@rtprobe/protocol/schemas';
import { z } from 'zod';
import { PIECE_MAX } from '../replays/uploads.ts';
import { SPIKES_MAX } from '../state/spike-list.ts';
import { hostName, hostQuery, id, nothing, number, selection, time, timeRange } from './queries.ts';

export const METHODS = ['get', 'post', 'delete'] as const;

export interface Route {
  readonly method: (typeof METHODS)[number];
  /** Below /api/v1, with parameters in braces. */
  readonly path: string;
  readonly summary: string;
  /** read: any session. control: an operator's session. */
  readonly role: 'read' | 'control';
  readonly query: z.ZodType;
  /** Parameters of the path. */
  readonly params?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** The answer may also be binary. */
  readonly binary?: true;
  /** The body may have a text of RESULT_TEXT_MAX characters. */
  readonly longBody?: true;
  /** The body is bytes instead of JSON; at most this many. */
  readonly bytesMax?: number;
}

/** Longest name of a task, in characters. */
const TASK_NAME_MAX = 64;

export const RUNS_MAX = 1000;

const perHost = <S extends z.ZodRawShape>(shape: S) =>
  z.object({ hosts: z.array(z.object({ host: z.string(), ...shape })) });
const range = (min: number, max: number) => z.number().int().min(min).max(max).optional();
const changed = z.object({ host: z.string() });
const incidentId = z.string().regex(/^[0-9a-f]{1,16}-\d{1,20}$/, 'the id of an incident');
const numbered = z.strictObject({ id });

const status = z.object({
  version: z.string(),
  startedAt: unixMicros,
  clients: z.object({ connected: count, limit: count, skippedFrames: count }),
  hosts: z.array(hostInfoSchema.extend({ source: z.string(), stats: hostStatsSchema.optional() })),
});

const sources = z.object({
  hosts: z.array(
    z.object({
      host: z.string(),
      epoch: z.number(),
      sources: z.array(
        sourceInfoSchema.extend({
          count,
          maxNs: nanoseconds,
          p50Ns: nanoseconds.optional(),
          p99Ns: nanoseconds.optional(),
          p999Ns: nanoseconds.optional(),
          p9999Ns: nanoseconds.optional(),
        }),
      ),
      rows: z.array(
        z.object({
          row: count,
          source: count,
          cpu: count,
          count,
          none: count,
          sumNs: nanoseconds,
          minNs: nanoseconds,
          maxNs: nanoseconds,
        }),
      ),
    }),
  ),
});

const historyQuery = z.strictObject({
  ...selection,
  columns: number(1, HISTORY_COLUMNS_MAX).optional(),
  width: z.enum(HISTORY_WIDTHS_US.map(String)).transform(Number).optional(),
  format: z.enum(['json', 'binary']).default('json'),
});

const spikesQuery = z.strictObject({
  ...timeRange,
  limit: number(1, SPIKES_MAX).optional(),
  before: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}$/, '"next" of the previous page')
    .optional(),
  run: id.optional(),
  cause: z.string().max(1024).optional(),
});

const incidentsQuery = spikesQuery.extend({
  before: z
    .string()
    .regex(/^\d{1,16}-[0-9a-f]{1,16}-\d{1,20}$/, 'the word "next" of the page before')
    .optional(),
});

const compareQuery = z.strictObject({
  runs: z
    .string()
    .max(256)
    .transform((text) => text.split(','))
    .refine(
      (words) =>
        words.length >= 2 &&
        words.length <= COMPARED_RUNS_MAX &&
        words.every((word) => RUN_WORD.test(word)) &&
        new Set(words).size === words.length,
      `2 to ${COMPARED_RUNS_MAX} different runs, such as 3,5 or run:1,run:2`,
    )
    .meta({ type: 'string' }),
  measure: measureSchema.optional(),
});

/** Returns the parts of a list that are separated by commas; a comma inside a part is "%2C". Undefined if it is no list. */
function partsOf(text: string): string[] | undefined {
  try {
    return text.split(',').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

const whatIfQuery = z.strictObject({
  host: hostName.optional(),
  measure: measureSchema,
  from: time,
  to: time,
  without: z
    .string()
    .max(8192)
    .transform(partsOf)
    .refine(
      (keys) => keys !== undefined && keys.length <= STRUCK_MAX && keys.every((key) => key !== ''),
      `1 to ${STRUCK_MAX} keys of causes, such as irq:24,task:dd`,
    )
    .optional()
    .meta({ type: 'string' }),
});

const deleteRuleQuery = z.strictObject({
  host: hostName.optional(),
  id: z
    .string()
    .regex(/^\d{1,10}$/, 'the number of a rule')
    .transform(Number)
    .meta({ type: 'integer', minimum: 0 })
    .optional(),
  all: z.literal('true').optional(),
});

const doctorQuery = z.strictObject({
  host: hostName.optional(),
  /** Name of the application's task. */
  task: z.string().min(1).max(TASK_NAME_MAX).optional(),
});

/** Longest list of CPUs that the module accepts, in characters. */
const CPUS_MAX = 255;

const thresholdChange = z
  .strictObject({
    measure: measureSchema,
    thresholdNs: range(0, THRESHOLD_MAX_NS),
    kthreadsNs: range(0, THRESHOLD_MAX_NS),
  })
  .superRefine(({ measure, thresholdNs, kthreadsNs }, { addIssue }) => {
    const refuse = (field: string, message: string) => addIssue({ code: 'custom', path: [field], message });
    if (!hasThreshold(measure)) refuse('measure', `only a rule makes spikes of ${measure}`);
    else if (kthreadsNs !== undefined && !hasKthreadThreshold(measure)) {
      refuse('kthreadsNs', `${measure} has no threshold for kernel threads`);
    } else if (thresholdNs === undefined && kthreadsNs === undefined) refuse('thresholdNs', 'missing');
  });

/** Each measure at most once. */
const thresholdChanges = z
  .array(thresholdChange)
  .min(1)
  .max(MEASURES.length)
  .superRefine((changes, { addIssue }) => {
    const measures = changes.map(({ measure }) => measure);
    const again = measures.findIndex((measure, i) => measures.indexOf(measure) < i);
    if (again >= 0) addIssue({ code: 'custom', path: [again, 'measure'], message: 'named twice' });
  });

const isolationQuery = z.strictObject({
  host: hostName.optional(),
  cpus: z
    .string()
    .max(CPUS_MAX)
    .regex(/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/, 'a list of CPUs such as 2-3,6')
    .optional(),
});

/** Longest text of an expectation. */
const EXPECTATION_MAX = 255;

const configBody = z.strictObject({
  host: hostName.optional(),
  measures: z.array(measureSchema).max(MEASURES.length).optional(),
  periodNs: range(PERIOD_MIN_NS, PERIOD_MAX_NS),
  thresholdNs: range(0, THRESHOLD_MAX_NS),
  thresholds: thresholdChanges.optional(),
  intervalNs: range(INTERVAL_MIN_NS, INTERVAL_MAX_NS),
  threadPriority: range(1, 99),
  capture: z.array(z.enum(CAPTURES)).optional(),
  recorder: z.boolean().optional(),
  cpus: z
    .string()
    .max(CPUS_MAX)
    .regex(/^(default|\d[\d,:/-]*)$/, 'a list of CPUs such as 0-3,6, or default')
    .optional(),
  selfLimit: range(0, 100),
});

const runBody = z
  .strictObject({ name: z.string().max(RUN_NAME_MAX).optional(), baseline: z.boolean().optional() })
  .refine(({ name, baseline }) => name !== undefined || baseline !== undefined, 'name or baseline');

const annotationBody = z.strictObject({
  host: hostName.optional(),
  time: range(0, Number.MAX_SAFE_INTEGER),
  text: z.string().min(1).max(ANNOTATION_TEXT_MAX),
  author: z.string().max(ANNOTATION_AUTHOR_MAX).default(''),
});

const acknowledgeBody = z.strictObject({
  host: hostName.optional(),
  incidents: z
    .array(incidentId)
    .min(1)
    .max(ACKNOWLEDGE_MAX)
    .describe('Ids of incidents, or of any of their spikes.'),
  by: z.string().max(ANNOTATION_AUTHOR_MAX).default(''),
  comment: z.string().max(ANNOTATION_TEXT_MAX).default(''),
});

const runName = z.string().max(RUN_NAME_MAX);
const at = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const resultText = z.string().max(RESULT_TEXT_MAX);

const beginBody = z.strictObject({
  host: hostName.optional(),
  boot: z
    .string()
    .regex(/^[0-9a-f-]{36}$/, 'the boot_id of a machine')
    .describe('/proc/sys/kernel/random/boot_id of the machine that runs the command.'),
  command: z.array(z.string().max(COMMAND_WORD_MAX)).min(1).max(COMMAND_WORDS_MAX),
  name: runName.min(1).optional(),
  at,
  kernelConfig: z.string().max(128).optional().describe("Digest of the kernel's configuration."),
});

const reportBody = z
  .strictObject({
    name: runName.optional(),
    at: at.optional(),
    exitCode: z.number().int().min(0).max(255).optional(),
    signal: z
      .string()
      .regex(/^SIG[A-Z0-9+]{1,12}$/, 'the name of a signal')
      .optional(),
    output: resultText.optional(),
    outputLeftOut: range(0, Number.MAX_SAFE_INTEGER),
    file: resultText.optional().describe('Text of the result file that the command wrote.'),
  })
  .refine((body) => Object.keys(body).length > 0, 'name, at, exitCode or signal');

const importBody = z.strictObject({
  host: hostName.optional(),
  file: z.string().min(1).max(255),
  text: resultText,
  name: runName.min(1).optional(),
  from: at.optional(),
  to: at.optional(),
  unit: z.enum(['us', 'ns']).optional().describe('Unit of a text of cyclictest, which does not state it.'),
});

const replayBody = z.strictObject({
  host: hostName.optional(),
  positionUs: range(0, Number.MAX_SAFE_INTEGER),
  speed: z.number().min(0.01).max(1000).optional(),
  paused: z.boolean().optional(),
});

const uploadBody = z.strictObject({
  file: z.string().min(1).max(256),
  bytes: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});

const stepBody = z.strictObject({ host: hostName.optional(), to: z.enum(['next', 'previous']) });

/** Names a file in the folder of recordings. */
const fileQuery = z.strictObject({ file: z.string().min(1).max(256) });

/**
 * By name. Methods of one path are in the order in which the bridge lists them to a client that uses another method.
 */
export const routes = {
  getOpenApi: {
    ...{ method: 'get', path: '/openapi.json', role: 'read', summary: 'This document' },
    ...{ query: nothing, response: z.looseObject({ openapi: z.string() }) },
  },
  getStatus: {
    ...{ method: 'get', path: '/status', role: 'read', summary: 'The bridge, its clients and its hosts' },
    ...{ query: nothing, response: status },
  },
  getSources: {
    ...{
      method: 'get',
      path: '/sources',
      role: 'read',
      summary: 'Sources with percentiles, rows with totals',
    },
    ...{ query: hostQuery, response: sources },
  },
  getInterrupts: {
    ...{ method: 'get', path: '/interrupts', role: 'read' },
    summary: 'Interrupt lines and their devices, as the agent read them',
    ...{ query: hostQuery, response: z.object({ hosts: z.array(interruptFactsSchema) }) },
  },
  getTasks: {
    ...{ method: 'get', path: '/tasks', role: 'read', summary: 'All tasks with the interrupt time of each' },
    ...{ query: hostQuery, response: perHost({ tasks: z.array(taskStatSchema) }) },
  },
  getSpike: {
    ...{ method: 'get', path: '/spikes/{id}', role: 'read', summary: 'One spike with all its details' },
    ...{ params: z.strictObject({ id: z.string() }), query: hostQuery, response: storedSpikeSchema },
  },
  getTrace: {
    ...{ method: 'get', path: '/spikes/{id}/trace', role: 'read' },
    summary: "The flight recorder's slice of a spike",
    ...{ params: z.strictObject({ id: z.string() }), query: hostQuery, response: traceSchema },
  },
  getHistory: {
    ...{ method: 'get', path: '/history', role: 'read', summary: 'Columns of a measure over a time range' },
    ...{ query: historyQuery, response: historySchema, binary: true },
  },
  getHistoryTotal: {
    ...{ method: 'get', path: '/history/total', role: 'read' },
    summary: 'All values of a time range as one distribution',
    ...{ query: z.strictObject(selection), response: historyTotalSchema },
  },
  getSpikes: {
    ...{ method: 'get', path: '/spikes', role: 'read' },
    summary: 'The newest spikes in memory, or a page of stored ones',
    query: spikesQuery,
    response: z.union([perHost({ spikes: z.array(spikeSchema) }), spikePageSchema]),
  },
  getIncident: {
    ...{ method: 'get', path: '/incidents/{id}', role: 'read' },
    summary: 'One incident with its spikes, by its id or by the id of any of its spikes',
    ...{ params: z.strictObject({ id: incidentId }), query: hostQuery, response: storedIncidentSchema },
  },
  getIncidents: {
    ...{ method: 'get', path: '/incidents', role: 'read' },
    summary: 'The newest incidents in memory, or a page of stored ones',
    query: incidentsQuery,
    response: z.union([perHost({ incidents: z.array(incidentSchema) }), incidentPageSchema]),
  },
  getCauses: {
    ...{
      method: 'get',
      path: '/causes',
      role: 'read',
      summary: 'Stored incidents grouped by cause, worst first',
    },
    query: z.strictObject({ ...timeRange, run: id.optional(), limit: number(1, CAUSES_MAX).optional() }),
    response: causeListSchema,
  },
  getRuns: {
    ...{ method: 'get', path: '/runs', role: 'read', summary: 'Stored runs, newest first' },
    query: z.strictObject({ host: hostName.optional(), limit: number(1, RUNS_MAX).optional() }),
    response: z.object({ runs: z.array(runInfoSchema) }),
  },
  getTestRuns: {
    ...{ method: 'get', path: '/test-runs', role: 'read', summary: 'Stored test runs, newest first' },
    query: z.strictObject({ host: hostName.optional(), limit: number(1, RUNS_MAX).optional() }),
    response: z.object({ runs: z.array(testRunInfoSchema) }),
  },
  getTestRun: {
    ...{ method: 'get', path: '/test-runs/{id}', role: 'read', summary: 'One test run with its result' },
    ...{ params: numbered, query: nothing, response: testRunSchema },
  },
  getTestRunSamples: {
    ...{ method: 'get', path: '/test-runs/{id}/samples', role: 'read' },
    summary: 'The samples that the tool of a test run listed, each with its spike',
    ...{ params: numbered, query: nothing, response: matchedSamplesSchema },
  },
  compareRuns: {
    ...{ method: 'get', path: '/compare', role: 'read' },
    summary: 'Runs compared with the first of them: quantiles, causes, settings, verdict',
    ...{ query: compareQuery, response: comparisonSchema },
  },
  getWhatIf: {
    ...{ method: 'get', path: '/what-if', role: 'read' },
    summary: 'What would have remained of a measure without a cause, from the parts of its spikes',
    ...{ query: whatIfQuery, response: whatIfSchema },
  },
  getAcknowledgements: {
    ...{ method: 'get', path: '/acknowledgements', role: 'read' },
    summary: 'The newest acknowledgements of incidents, oldest first',
    ...{ query: hostQuery, response: acknowledgementListSchema },
  },
  getAnnotations: {
    ...{ method: 'get', path: '/annotations', role: 'read', summary: 'Notes of a time range, oldest first' },
    query: z.strictObject(timeRange),
    response: z.object({ host: z.string(), annotations: z.array(annotationSchema) }),
  },
  getRules: {
    ...{ method: 'get', path: '/rules', role: 'read', summary: 'All rules in order' },
    ...{ query: hostQuery, response: perHost({ rules: z.array(ruleSchema) }) },
  },
  getSuggestedThresholds: {
    ...{ method: 'get', path: '/thresholds/suggestion', role: 'read' },
    summary: 'A threshold for each measure, from the values of the current run',
    ...{ query: hostQuery, response: thresholdSuggestionSchema },
  },
  getKnowledge: {
    ...{ method: 'get', path: '/knowledge', role: 'read' },
    summary: 'What is known about causes and what to try against them',
    ...{ query: nothing, response: knowledgeSchema },
  },
  getDoctor: {
    ...{ method: 'get', path: '/doctor', role: 'read' },
    summary: 'Settings of a machine that change latencies, judged; asks its agent',
    ...{ query: doctorQuery, response: doctorSchema },
  },
  getAlerts: {
    ...{
      method: 'get',
      path: '/alerts',
      role: 'read',
      summary: 'Channels of alerts and the newest messages',
    },
    ...{ query: nothing, response: alertStateSchema },
  },
  getIsolation: {
    ...{ method: 'get', path: '/isolation', role: 'read' },
    summary: 'What interrupted the isolated CPUs, and what is expected of them',
    ...{ query: isolationQuery, response: z.object({ hosts: z.array(isolationSchema) }) },
  },
  getRecordings: {
    ...{ method: 'get', path: '/recordings', role: 'read' },
    summary: 'Recordings that can be opened, newest first',
    ...{ query: nothing, response: recordingListSchema },
  },
  getReplaySpikes: {
    ...{ method: 'get', path: '/replay/spikes', role: 'read' },
    summary: 'Where the spikes of a recording are',
    ...{ query: hostQuery, response: replaySpikesSchema },
  },
  setConfig: {
    ...{ method: 'post', path: '/config', role: 'control', summary: 'Changes settings of a host' },
    ...{ query: nothing, body: configBody, response: changed.extend({ changed: z.array(z.string()) }) },
  },
  clearSpikes: {
    ...{
      method: 'post',
      path: '/spikes/clear',
      role: 'control',
      summary: "Clears the module's list of spikes",
    },
    ...{ query: nothing, body: hostQuery, response: changed },
  },
  clearHistograms: {
    ...{
      method: 'post',
      path: '/histograms/clear',
      role: 'control',
      summary: 'Clears all totals: a new run',
    },
    ...{ query: nothing, body: hostQuery, response: changed },
  },
  setReplay: {
    ...{ method: 'post', path: '/replay', role: 'control', summary: 'Moves a recording' },
    ...{ query: nothing, body: replayBody, response: changed.extend({ replay: replayPositionSchema }) },
  },
  stepReplay: {
    ...{ method: 'post', path: '/replay/step', role: 'control' },
    summary: 'Pauses a recording at its next or previous spike',
    ...{ query: nothing, body: stepBody },
    response: changed.extend({ replay: replayPositionSchema, spike: z.string().optional() }),
  },
  beginUpload: {
    ...{ method: 'post', path: '/recordings/uploads', role: 'control' },
    summary: 'Begins the upload of a recording into the folder',
    ...{ query: nothing, body: uploadBody, response: uploadStateSchema },
  },
  addPiece: {
    ...{ method: 'post', path: '/recordings/uploads/{id}', role: 'control' },
    summary: 'Adds the next piece of an upload; the last one completes the file',
    ...{ params: numbered, query: z.strictObject({ offset: time }), bytesMax: PIECE_MAX },
    response: uploadStateSchema,
  },
  cancelUpload: {
    ...{ method: 'delete', path: '/recordings/uploads/{id}', role: 'control' },
    summary: 'Ends an upload and removes what has arrived',
    ...{ params: numbered, query: nothing, response: z.object({ upload: count }) },
  },
  openRecording: {
    ...{ method: 'post', path: '/recordings/open', role: 'control' },
    summary: 'Opens a recording as a host of its own and plays it',
    ...{ query: nothing, body: fileQuery, response: changed.extend({ replay: replayPositionSchema }) },
  },
  closeRecording: {
    ...{ method: 'post', path: '/recordings/close', role: 'control' },
    summary: 'Removes the host of a recording that was opened',
    ...{ query: nothing, body: z.strictObject({ host: hostName }), response: changed },
  },
  deleteRecording: {
    ...{ method: 'delete', path: '/recordings', role: 'control', summary: 'Deletes the file of a recording' },
    ...{ query: fileQuery, response: z.object({ file: z.string() }) },
  },
  addRule: {
    ...{ method: 'post', path: '/rules', role: 'control', summary: 'Adds a rule' },
    query: nothing,
    body: ruleRequestSchema.extend({ host: hostName.optional() }),
    response: changed.extend({ id: count.optional() }),
  },
  armRule: {
    ...{ method: 'post', path: '/rules/arm', role: 'control' },
    summary: 'Makes a rule with an action act at its next hit again',
    query: nothing,
    body: z.strictObject({ host: hostName.optional(), id: z.number().int().min(1).max(0xffff_ffff) }),
    response: changed.extend({ id: count }),
  },
  deleteRule: {
    ...{ method: 'delete', path: '/rules', role: 'control', summary: 'Deletes a rule, or every rule' },
    ...{ query: deleteRuleQuery, response: changed.extend({ id: count.optional() }) },
  },
  addExpectation: {
    ...{ method: 'post', path: '/expectations', role: 'control' },
    summary: 'Adds an expectation, or counts its breaches from now on',
    query: nothing,
    body: z.strictObject({ host: hostName.optional(), text: z.string().min(1).max(EXPECTATION_MAX) }),
    response: changed.extend({ id: count, text: z.string(), passive: z.string().optional() }),
  },
  deleteExpectation: {
    ...{ method: 'delete', path: '/expectations', role: 'control', summary: 'Removes an expectation' },
    query: z.strictObject({ host: hostName.optional(), id }),
    response: changed.extend({ id: count, active: z.string().optional() }),
  },
  changeRun: {
    ...{
      method: 'post',
      path: '/runs/{id}',
      role: 'control',
      summary: 'Names a run, or makes it the baseline',
    },
    ...{ params: numbered, query: nothing, body: runBody },
    response: z.object({ run: count, changed: z.array(z.string()) }),
  },
  beginTestRun: {
    ...{ method: 'post', path: '/test-runs', role: 'control', summary: 'Begins a test run' },
    ...{ query: nothing, body: beginBody, response: testRunSchema },
  },
  importTestRun: {
    ...{ method: 'post', path: '/test-runs/import', role: 'control', longBody: true },
    summary: 'Makes a test run of the result file of a tool',
    ...{ query: nothing, body: importBody, response: testRunSchema },
  },
  reportTestRun: {
    ...{ method: 'post', path: '/test-runs/{id}', role: 'control', longBody: true },
    summary: 'Names a test run, or reports that it still runs or how it ended',
    ...{ params: numbered, query: nothing, body: reportBody, response: testRunSchema },
  },
  deleteTestRun: {
    ...{ method: 'delete', path: '/test-runs/{id}', role: 'control', summary: 'Deletes a test run' },
    ...{ params: numbered, query: nothing, response: z.object({ testRun: count }) },
  },
  acknowledge: {
    ...{ method: 'post', path: '/acknowledgements', role: 'control', summary: 'Acknowledges incidents' },
    ...{ query: nothing, body: acknowledgeBody, response: acknowledgementListSchema },
  },
  withdrawAcknowledgement: {
    ...{ method: 'delete', path: '/acknowledgements', role: 'control' },
    summary: 'Withdraws an acknowledgement, so that the incident is new again',
    query: z.strictObject({ host: hostName.optional(), incident: incidentId }),
    response: changed.extend({ incident: z.string() }),
  },
  addAnnotation: {
    ...{ method: 'post', path: '/annotations', role: 'control', summary: 'Adds a note' },
    ...{ query: nothing, body: annotationBody, response: z.object({ annotation: annotationSchema }) },
  },
  testAlert: {
    ...{ method: 'post', path: '/alerts/test', role: 'control' },
    summary: 'Sends a test message through a channel',
    ...{ query: nothing, body: z.strictObject({ channel: z.string().min(1).max(32) }) },
    response: z.object({ channel: z.string() }),
  },
  deleteAnnotation: {
    ...{ method: 'delete', path: '/annotations/{id}', role: 'control', summary: 'Deletes a note' },
    ...{ params: numbered, query: nothing, response: z.object({ annotation: count }) },
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
