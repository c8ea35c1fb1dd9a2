// The compiler runs these tests: each schema describes exactly the type that the dashboard reads.
import { expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { AcknowledgementList } from '../acknowledgement.ts';
import type { Advice, Knowledge } from '../advice.ts';
import type { AlertState } from '../alerts.ts';
import type { Comparison } from '../comparison.ts';
import type { Device, InterruptFacts } from '../devices.ts';
import type { Doctor } from '../doctor.ts';
import type { PublishedIncident } from '../fleet.ts';
import type {
  Annotation,
  CauseList,
  HistoryJson,
  HistoryTotal,
  RunInfo,
  SpikePage,
  StoredSpike,
} from '../history.ts';
import type { HostInfo } from '../host.ts';
import type { Incident, IncidentPage, StoredIncident } from '../incident.ts';
import type { Expectation, Isolation } from '../isolation.ts';
import type { ProcessInfo } from '../process.ts';
import type { RecordingFile, RecordingList, ReplaySpikes, UploadState } from '../recordings.ts';
import type { Rule } from '../rules.ts';
import type { SourceInfo } from '../source.ts';
import type { Spike } from '../spike.ts';
import type { HostStats } from '../stats.ts';
import type { TaskInfo, TaskStat } from '../tasks.ts';
import type { MatchedSamples, TestRun, TestRunInfo, ToolResult } from '../test-run.ts';
import type { ThresholdSuggestion } from '../thresholds.ts';
import type { Trace } from '../trace.ts';
import type { WhatIf } from '../what-if.ts';
import type * as schemas from './index.ts';

type Schemas = typeof schemas;
type Output<Name extends keyof Schemas> = Schemas[Name] extends z.ZodType ? z.output<Schemas[Name]> : never;

it('a schema gives the type of the protocol', () => {
  expectTypeOf<Output<'acknowledgementListSchema'>>().toEqualTypeOf<AcknowledgementList>();
  expectTypeOf<Output<'alertStateSchema'>>().toEqualTypeOf<AlertState>();
  expectTypeOf<Output<'taskInfoSchema'>>().toEqualTypeOf<TaskInfo>();
  expectTypeOf<Output<'taskStatSchema'>>().toEqualTypeOf<TaskStat>();
  expectTypeOf<Output<'processInfoSchema'>>().toEqualTypeOf<ProcessInfo>();
  expectTypeOf<Output<'spikeSchema'>>().toEqualTypeOf<Spike>();
  expectTypeOf<Output<'traceSchema'>>().toEqualTypeOf<Trace>();
  expectTypeOf<Output<'ruleSchema'>>().toEqualTypeOf<Rule>();
  expectTypeOf<Output<'hostInfoSchema'>>().toEqualTypeOf<HostInfo>();
  expectTypeOf<Output<'hostStatsSchema'>>().toEqualTypeOf<HostStats>();
  expectTypeOf<Output<'thresholdSuggestionSchema'>>().toEqualTypeOf<ThresholdSuggestion>();
  expectTypeOf<Output<'sourceInfoSchema'>>().toEqualTypeOf<SourceInfo>();
  expectTypeOf<Output<'deviceSchema'>>().toEqualTypeOf<Device>();
  expectTypeOf<Output<'interruptFactsSchema'>>().toEqualTypeOf<InterruptFacts>();
  expectTypeOf<Output<'doctorSchema'>>().toEqualTypeOf<Doctor>();
  expectTypeOf<Output<'historySchema'>>().toEqualTypeOf<HistoryJson>();
  expectTypeOf<Output<'historyTotalSchema'>>().toEqualTypeOf<HistoryTotal>();
  expectTypeOf<Output<'runInfoSchema'>>().toEqualTypeOf<RunInfo>();
  expectTypeOf<Output<'spikePageSchema'>>().toEqualTypeOf<SpikePage>();
  expectTypeOf<Output<'storedSpikeSchema'>>().toEqualTypeOf<StoredSpike>();
  expectTypeOf<Output<'incidentSchema'>>().toEqualTypeOf<Incident>();
  expectTypeOf<Output<'storedIncidentSchema'>>().toEqualTypeOf<StoredIncident>();
  expectTypeOf<Output<'publishedIncidentSchema'>>().toEqualTypeOf<PublishedIncident>();
  expectTypeOf<Output<'incidentPageSchema'>>().toEqualTypeOf<IncidentPage>();
  expectTypeOf<Output<'isolationSchema'>>().toEqualTypeOf<Isolation>();
  expectTypeOf<Output<'expectationSchema'>>().toEqualTypeOf<Expectation>();
  expectTypeOf<Output<'causeListSchema'>>().toEqualTypeOf<CauseList>();
  expectTypeOf<Output<'adviceSchema'>>().toEqualTypeOf<Advice>();
  expectTypeOf<Output<'knowledgeSchema'>>().toEqualTypeOf<Knowledge>();
  expectTypeOf<Output<'whatIfSchema'>>().toEqualTypeOf<WhatIf>();
  expectTypeOf<Output<'comparisonSchema'>>().toEqualTypeOf<Comparison>();
  expectTypeOf<Output<'testRunInfoSchema'>>().toEqualTypeOf<TestRunInfo>();
  expectTypeOf<Output<'testRunSchema'>>().toEqualTypeOf<TestRun>();
  expectTypeOf<Output<'matchedSamplesSchema'>>().toEqualTypeOf<MatchedSamples>();
  expectTypeOf<Output<'toolResultSchema'>>().toEqualTypeOf<ToolResult>();
  expectTypeOf<Output<'recordingFileSchema'>>().toEqualTypeOf<RecordingFile>();
  expectTypeOf<Output<'uploadStateSchema'>>().toEqualTypeOf<UploadState>();
  expectTypeOf<Output<'replaySpikesSchema'>>().toEqualTypeOf<ReplaySpikes>();
  expectTypeOf<Output<'recordingListSchema'>>().toEqualTypeOf<RecordingList>();
  expectTypeOf<Output<'annotationSchema'>>().toEqualTypeOf<Annotation>();
});
