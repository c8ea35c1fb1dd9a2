export { readBounded } from './base/bounded-file.ts';
export { createLog } from './base/log.ts';
export { type Bridge, startBridge } from './bridge.ts';
export { judgeFacts } from './doctor.ts';
export { History, HistoryReader } from './history/history.ts';
export { BASE_PATH_RULE, isBasePath } from './http/base-path.ts';
export {
  type BridgeOptions,
  checkBridgeOptions,
  DEFAULT_PORT,
  EXPORT_LIMITS,
  HISTORY_LIMITS,
  METRICS_LIMITS,
  PUBLISH_LIMITS,
  RECORDINGS_LIMITS,
  type SourceSpec,
} from './options.ts';
export { Recording } from './recording/reader.ts';
export { sshWords } from './sources/ssh.ts';
