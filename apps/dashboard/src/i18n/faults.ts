// What the bridge could not use or read, by its code, in the page's language.
import { type PlainKey, t } from './translate.ts';

const FAULT_WORDS: Readonly<Record<string, PlainKey>> = {
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

/** Returns the text of a code, or the code if a newer bridge counts something that this page does not know. */
export function faultName(code: string): string {
  return Object.hasOwn(FAULT_WORDS, code) ? t(FAULT_WORDS[code]!) : code;
}
