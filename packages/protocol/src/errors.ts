// Stable codes of every error that is sent over the wire, or that decoding can raise.

interface Meaning {
  readonly meaning: string;
  /** What the sender or the reader can do next. */
  readonly todo: string;
}

const LISTED = 'docs/reference/protocol.md lists the messages of a client';
const ONE_RELEASE = 'reload the page, or update the reader to the release of the bridge';

export const errorCodes = {
  E_MESSAGE_JSON: {
    meaning: 'a control message is not JSON',
    todo: 'send one JSON object in each text message',
  },
  E_MESSAGE_TYPE: {
    meaning: 'a control message has a type that this version does not support',
    todo: LISTED,
  },
  E_MESSAGE_FIELD: {
    meaning: 'a field of a control message is missing, unknown or out of range',
    todo: LISTED,
  },
  E_MESSAGE_RATE: {
    meaning: 'a client sends too many messages per second',
    todo: 'connect again and send fewer messages',
  },
  E_UNKNOWN_HOST: { meaning: 'no host has this name', todo: 'choose a host of the message hello' },
  E_NOT_SUBSCRIBED: {
    meaning: 'an acknowledgement for a host that is not subscribed',
    todo: 'subscribe to the host first',
  },
  E_FRAME_VERSION: {
    meaning: 'a binary frame has a version that this reader does not support',
    todo: ONE_RELEASE,
  },
  E_FRAME_KIND: { meaning: 'a binary frame has an unknown kind', todo: ONE_RELEASE },
  E_FRAME_TRUNCATED: { meaning: 'a binary frame ends early', todo: ONE_RELEASE },
  E_FRAME_RANGE: { meaning: 'a number in a binary frame is out of range', todo: ONE_RELEASE },
} as const satisfies Record<string, Meaning>;

export type ErrorCode = keyof typeof errorCodes;

export class ProtocolError extends Error {
  readonly code: ErrorCode;
  /** What happened. */
  readonly what: string;
  /** The invalid word of the input, if there is one. */
  readonly word: string | undefined;

  constructor(code: ErrorCode, what: string, word?: string) {
    super(`${code}: ${what}`);
    this.name = 'ProtocolError';
    this.code = code;
    this.what = what;
    this.word = word;
  }

  get todo(): string {
    return errorCodes[this.code].todo;
  }
}
