// Every error of the bridge has one of these stable codes, in the log, over REST and from startBridge.
// Errors of WebSocket messages are in @rtprobe/protocol, those of the agent's byte stream in @rtprobe/abi.

export const bridgeErrors = {
  // Start
  E_CONFIG: { status: 500, meaning: 'an option of the bridge is missing, unknown or out of range' },
  E_PORT_IN_USE: { status: 500, meaning: 'another program listens on the address' },
  E_LISTEN: { status: 500, meaning: 'the address cannot be listened on' },
  E_KEY_FILE: { status: 500, meaning: 'the file with the key of all sessions cannot be used' },
  E_CONTROL_SOCKET: { status: 500, meaning: 'the unix socket for local programs cannot be used' },
  E_INSECURE: { status: 500, meaning: 'the address can be reached from other machines, without TLS' },
  E_TLS: { status: 500, meaning: 'the certificate or its private key cannot be used' },
  E_ALERTS: { status: 500, meaning: 'the file of alerts, or a file that it names, cannot be used' },
  E_KNOWLEDGE: { status: 500, meaning: 'a knowledge file cannot be read or has an invalid entry' },
  // Access
  E_HOST_HEADER: { status: 421, meaning: 'the Host header is not an address of this bridge' },
  E_ORIGIN: { status: 403, meaning: 'the Origin header does not name this bridge' },
  E_SESSION: { status: 401, meaning: 'there is no session, or it expired or ended' },
  E_CODE: { status: 401, meaning: 'the login code is wrong, used or expired' },
  E_ROLE: { status: 403, meaning: 'the session can only read' },
  E_CSRF: { status: 403, meaning: 'the change lacks the header that proves it came from this origin' },
  E_LOCAL: { status: 403, meaning: 'the request is accepted over the unix socket only' },
  E_RATE_LIMIT: { status: 429, meaning: 'too many requests' },
  E_SUBPROTOCOL: {
    status: 400,
    meaning: 'the WebSocket client does not offer the subprotocol of this version',
  },
  E_CLIENTS: { status: 503, meaning: 'the maximum number of browsers is connected' },
  // Requests
  E_UNKNOWN_SPIKE: { status: 404, meaning: 'no spike has this id' },
  E_UNKNOWN_INCIDENT: { status: 404, meaning: 'no incident has a spike of this id' },
  E_NO_TRACE: { status: 404, meaning: 'the spike has no trace' },
  E_NOT_FOUND: { status: 404, meaning: 'no such path' },
  E_PATH: { status: 400, meaning: 'the path is not well-formed' },
  E_METHOD: { status: 405, meaning: 'the path does not support this method' },
  E_QUERY: { status: 400, meaning: 'a query parameter is unknown or out of range' },
  E_BODY: { status: 400, meaning: 'the body is not a JSON object of an accepted size' },
  E_FIELD: { status: 400, meaning: 'a field of the body is missing, unknown or out of range' },
  E_EXPECT_WORD: { status: 400, meaning: 'an expectation has an unknown word, or lacks one' },
  E_EXPECT_CPUS: { status: 400, meaning: 'an expectation does not name CPUs of the host' },
  E_EXPECT_DURATION: { status: 400, meaning: 'an expectation has a duration that cannot be used' },
  E_EXPECT_OVERLAP: { status: 409, meaning: 'an earlier expectation names some of the same CPUs' },
  E_ALERT_CHANNEL: { status: 404, meaning: 'no channel of the file of alerts has this name' },
  E_ALERT_SEND: { status: 502, meaning: 'a channel could not send a message' },
  E_UNKNOWN_HOST: { status: 404, meaning: 'no host has this name' },
  E_HOST_NEEDED: { status: 400, meaning: 'there are several hosts and the request does not name one' },
  E_OFFLINE: { status: 503, meaning: 'the host cannot be reached or has no module loaded' },
  E_REPLAY: { status: 409, meaning: 'a recording cannot be changed' },
  E_NOT_REPLAY: { status: 409, meaning: 'the host is not a recording' },
  E_REFUSED: { status: 422, meaning: 'the kernel module refused the request' },
  E_GONE: { status: 404, meaning: 'the kernel module does not have this entry, or no longer has it' },
  E_FULL: { status: 409, meaning: 'the kernel module has no room for another entry' },
  E_UNSUPPORTED: { status: 501, meaning: 'the loaded kernel module does not support this' },
  E_TIMEOUT: { status: 504, meaning: 'the host did not answer in time' },
  E_FACTS: { status: 502, meaning: 'the facts of the doctor are incomplete, or cannot be read' },
  E_BUSY: { status: 503, meaning: 'too many requests are waiting for the host' },
  E_INTERNAL: { status: 500, meaning: 'internal error of the bridge' },
  // Sources
  E_AGENT_MISSING: { status: 500, meaning: 'the agent program was not found' },
  E_AGENT_EXIT: { status: 500, meaning: 'the agent program exited' },
  E_SOCKET: { status: 500, meaning: 'connecting to the unix socket failed' },
  E_AGENT_SILENT: { status: 500, meaning: 'the peer does not answer like an agent' },
  E_SSH_HOST: { status: 500, meaning: 'the name of the ssh host contains characters that are not allowed' },
  // History
  E_DATA_OPEN: { status: 500, meaning: 'the folder for history cannot be used' },
  E_DATA_LOCKED: { status: 500, meaning: 'another bridge stores its history in this folder' },
  E_DATA_VERSION: { status: 500, meaning: 'this bridge does not support the version of the history on disk' },
  E_DATA_WRITE: { status: 500, meaning: 'the history cannot be written' },
  E_DATA_READ: { status: 500, meaning: 'the history cannot be read' },
  E_HISTORY_OFF: { status: 409, meaning: 'the bridge, or this host, has no history' },
  E_UNKNOWN_RUN: { status: 404, meaning: 'no stored run has this number' },
  E_UNKNOWN_ANNOTATION: { status: 404, meaning: 'no stored annotation has this number' },
  E_UNKNOWN_TEST_RUN: { status: 404, meaning: 'no stored test run has this number' },
  E_NO_TIME: { status: 409, meaning: 'the times of the test run are not known' },
  E_NOT_ON_HOST: { status: 409, meaning: 'the command runs on a machine that the bridge does not watch' },
  E_TEST_RUN_ENDED: { status: 409, meaning: 'the end of the test run was reported before' },
  // Results of tools
  E_RESULT_UNKNOWN: { status: 422, meaning: 'the text is not the result of a supported tool' },
  E_RESULT_JSON: { status: 422, meaning: 'the result is not JSON, although it begins like it' },
  E_RESULT_WORD: { status: 422, meaning: 'a word of the result cannot be read' },
  E_RESULT_LARGE: { status: 413, meaning: 'the result is longer than the limit' },
  // Exports
  E_EXPORT_DIR: { status: 500, meaning: 'the folder for exports cannot be written' },
  // Publishing to a fleet
  E_PUBLISH: {
    status: 500,
    meaning: 'the address, the credentials or the spool of publishing cannot be used',
  },
  // Recordings
  E_RECORD_OPEN: { status: 500, meaning: 'the recording cannot be created or opened' },
  E_RECORD_FOREIGN: { status: 422, meaning: 'the file is not an rtprobe recording' },
  E_RECORD_VERSION: { status: 422, meaning: 'this reader does not support the version of the recording' },
  E_RECORD_EMPTY: { status: 422, meaning: 'the recording has no complete block' },
  E_RECORD_BLOCKS: { status: 422, meaning: 'the recording has more blocks than a reader accepts' },
  E_RECORD_WRITE: { status: 500, meaning: 'the recording cannot be written' },
  E_RECORDINGS_OFF: { status: 409, meaning: 'the bridge has no folder for recordings' },
  E_RECORDINGS_DIR: { status: 500, meaning: 'the folder for recordings cannot be read or written' },
  E_UNKNOWN_RECORDING: { status: 404, meaning: 'the folder has no recording of this name' },
  E_RECORD_NAME: { status: 400, meaning: 'the name of a recording has characters that are not allowed' },
  E_RECORD_EXISTS: { status: 409, meaning: 'the folder has a recording of this name' },
  E_RECORD_LARGE: { status: 413, meaning: 'the folder for recordings has no room for the file' },
  E_UPLOADS_MAX: { status: 503, meaning: 'the maximum number of files is being uploaded' },
  E_UNKNOWN_UPLOAD: { status: 404, meaning: 'no upload has this number, or it was abandoned' },
  E_UPLOAD_OFFSET: { status: 409, meaning: 'the piece does not follow what has arrived of an upload' },
  E_RECORD_IN_USE: { status: 409, meaning: 'the recording is open' },
  E_REPLAYS_MAX: { status: 409, meaning: 'the maximum number of recordings is open' },
  E_NOT_OPENED: { status: 409, meaning: 'the bridge was started with this host, so it cannot be closed' },
} as const;

export type BridgeErrorCode = keyof typeof bridgeErrors;

export class BridgeError extends Error {
  readonly code: BridgeErrorCode;
  /** The invalid word of the input, if there is one. */
  readonly word: string | undefined;
  /** The command that gives what the request lacks, if there is one. */
  readonly command: string | undefined;
  /** What happened and why. */
  readonly what: string;
  /** What the reader can do next. */
  readonly todo: string;

  constructor(code: BridgeErrorCode, what: string, todo: string, word?: string, command?: string) {
    super(`${what}; ${todo}`);
    this.name = 'BridgeError';
    this.code = code;
    this.what = what;
    this.todo = todo;
    this.word = word;
    this.command = command;
  }

  get status(): number {
    return bridgeErrors[this.code].status;
  }
}

/** A kind of invalid data from a host, and what the reader of the log can do next. */
export interface Fault {
  readonly meaning: string;
  readonly todo: string;
}

/** What to do about data that module, agent and bridge of one release do not produce. */
export const ONE_RELEASE =
  'install module, agent and bridge of one release; if they are, report it with this log';

/** Codes for invalid data from a host. They are counted per host, together with the codes of @rtprobe/abi. */
export const hostFaults = {
  E_FRAME: { meaning: 'a frame could not be processed; the bridge reconnected', todo: ONE_RELEASE },
  E_DUMP_LARGE: {
    meaning: 'a dump is larger than the limit and was dropped',
    todo: 'load the module with a lower max_rows or max_spikes',
  },
  E_DUMP_FAILED: {
    meaning: 'the kernel ended a dump with an error',
    todo: 'see the kernel log of the host if this repeats',
  },
  E_HIST: { meaning: 'the buckets of a histogram row do not add up to its count', todo: ONE_RELEASE },
  E_HIST_BACKWARDS: { meaning: 'a counter decreased within an epoch', todo: ONE_RELEASE },
  E_ROWS_FULL: {
    meaning: 'more histogram rows or sources than the limit',
    todo: 'load the module with a lower max_rows',
  },
  E_SOURCE_UNKNOWN: {
    meaning: 'a histogram row belongs to a source that was never announced',
    todo: ONE_RELEASE,
  },
  E_MEASURE_UNKNOWN: {
    meaning: 'a source belongs to a measure that this version does not support; its values are left out',
    todo: ONE_RELEASE,
  },
  E_SPIKE: { meaning: 'a spike has no number, time or value', todo: ONE_RELEASE },
  E_TRACE: { meaning: 'a message of a trace has no CPU or an invalid length', todo: ONE_RELEASE },
  E_DETAILS: {
    meaning: 'the lists or the trace of a spike could not be read',
    todo: 'raise the threshold, or limit captures by a rule, if this is frequent',
  },
  E_ANSWER_TIMEOUT: {
    meaning: 'a request was not answered in time',
    todo: 'check the load of the host and the network',
  },
  E_ANSWER_UNEXPECTED: { meaning: 'an answer arrived without a request', todo: ONE_RELEASE },
  E_REQUEST_REFUSED: {
    meaning: 'the kernel refused a query',
    todo: 'check that the agent has CAP_NET_ADMIN',
  },
  E_RECORD_READ: {
    meaning: 'a step of a replay failed',
    todo: 'check the recording and its disk',
  },
  E_RECORD_BLOCK: {
    meaning: 'a block of a recording is damaged and was skipped',
    todo: 'copy the recording again if the original is intact',
  },
  E_AGENT_REFUSED: {
    meaning: 'the agent refused a request',
    todo: 'check that the agent runs as root and is of the release of this bridge',
  },
} as const satisfies Record<string, Fault>;
export type HostFaultCode = keyof typeof hostFaults;

/** Returns the message of a thrown value. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
