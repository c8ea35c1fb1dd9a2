// What the module lost, by its counter, and what the bridge could not use or read, by its code, in the page's language.
import { type PlainKey, t } from './translate.ts';

const COUNTER_WORDS: Readonly<Record<string, PlainKey>> = {
  noRow: 'lost.noRow',
  irqOutOfRange: 'lost.irqOutOfRange',
  unpaired: 'lost.unpaired',
  negative: 'lost.negative',
  timerMissed: 'lost.timerMissed',
  spikeNoSlot: 'lost.spikeNoSlot',
  spikeListFull: 'lost.spikeListFull',
  eventNotSent: 'lost.eventNotSent',
  noTask: 'lost.noTask',
  spikeLimited: 'lost.spikeLimited',
  spikeSelfLimited: 'lost.spikeSelfLimited',
  stolenFull: 'lost.stolenFull',
  traceOverwritten: 'lost.traceOverwritten',
  inNmi: 'lost.inNmi',
  markerLimited: 'lost.markerLimited',
  probeMissed: 'lost.probeMissed',
  E_AGENT_REFUSED: 'lost.agentRefused',
  E_ANSWER_TIMEOUT: 'lost.answerTimeout',
  E_ANSWER_UNEXPECTED: 'lost.answerUnexpected',
  E_ATTR_LENGTH: 'lost.attributeLength',
  E_ATTR_SIZE: 'lost.attributeSize',
  E_DETAILS: 'lost.details',
  E_DUMP_FAILED: 'lost.dumpFailed',
  E_DUMP_LARGE: 'lost.dumpLarge',
  E_FRAME: 'lost.frame',
  E_HIST: 'lost.histogram',
  E_HIST_BACKWARDS: 'lost.histogramBackwards',
  E_KIND: 'lost.frameKind',
  E_LENGTH: 'lost.frameLength',
  E_MAGIC: 'lost.magic',
  E_MEASURE_UNKNOWN: 'lost.measureUnknown',
  E_NL_COMMAND: 'lost.messageCommand',
  E_NL_FAMILY: 'lost.messageFamily',
  E_NL_LENGTH: 'lost.messageLength',
  E_NL_OVERRUN: 'lost.overrun',
  E_RECORD_BLOCK: 'lost.recordBlock',
  E_RECORD_READ: 'lost.recordRead',
  E_REQUEST_REFUSED: 'lost.requestRefused',
  E_RESERVED: 'lost.reserved',
  E_ROWS_FULL: 'lost.rowsFull',
  E_SOURCE_UNKNOWN: 'lost.sourceUnknown',
  E_SPIKE: 'lost.spike',
  E_TRACE: 'lost.trace',
  E_TRUNCATED: 'lost.frameTruncated',
};

/** Returns the text of a counter or code, or its name if a newer module or bridge counts what this page does not know. */
export function counterName(key: string): string {
  return Object.hasOwn(COUNTER_WORDS, key) ? t(COUNTER_WORDS[key]!) : key;
}
