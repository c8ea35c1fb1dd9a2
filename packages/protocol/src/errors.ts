// Stable codes of every error that is sent over the wire, or that decoding can raise.

export const errorCodes = {
  E_MESSAGE_JSON: 'a control message is not JSON',
  E_MESSAGE_TYPE: 'a control message has a type that this version does not support',
  E_MESSAGE_FIELD: 'a field of a control message is missing, unknown or out of range',
  E_MESSAGE_RATE: 'a client sends too many messages per second',
  E_UNKNOWN_HOST: 'no host has this name',
  E_NOT_SUBSCRIBED: 'an acknowledgement for a host that is not subscribed',
  E_FRAME_VERSION: 'a binary frame has a version that this reader does not support',
  E_FRAME_KIND: 'a binary frame has an unknown kind',
  E_FRAME_TRUNCATED: 'a binary frame ends early',
  E_FRAME_RANGE: 'a number in a binary frame is out of range',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export class ProtocolError extends Error {
  readonly code: ErrorCode;
  /** The invalid word of the input, if there is one. */
  readonly word: string | undefined;

  constructor(code: ErrorCode, detail: string, word?: string) {
    super(`${code}: ${detail}`);
    this.name = 'ProtocolError';
    this.code = code;
    this.word = word;
  }
}
