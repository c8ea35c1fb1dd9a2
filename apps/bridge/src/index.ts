export { type Bridge, startBridge } from './bridge.ts';
export { BridgeError, type BridgeErrorCode, bridgeErrors } from './errors.ts';
export { createLog, type Log } from './log.ts';
export {
  type BridgeOptions,
  DEFAULT_PORT,
  EXPORT_LIMITS,
  HISTORY_LIMITS,
  type SourceSpec,
} from './options.ts';
export { Recording } from './recording/reader.ts';
export { History, HistoryReader } from './storage/history.ts';
