// Every error that crosses the wire, or that decoding the wire can raise, has one of these stable codes.

export const errorCodes = {
  E_MESSAGE_JSON: 'a control message is not JSON',
  E_MESSAGE_TYPE: 'a control message has a type this version does not know',
  E_MESSAGE_FIELD: 'a field of a control message is missing, unknown or out of range',
  E_MESSAGE_RATE: 'a client sends messages faster than any use of them needs',
  E_UNKNOWN_HOST: 'no host of that name',
  E_NOT_SUBSCRIBED: 'an acknowledgement for a host that is not subscribed',
  E_FRAME_VERSION: 'a binary frame of a version this reader does not know',
  E_FRAME_KIND: 'a binary frame of an unknown kind',
  E_FRAME_TRUNCATED: 'a binary frame ends early',
  E_FRAME_RANGE: 'a number in a binary frame is out of range',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export class ProtocolError extends Error {
  readonly code: ErrorCode;
  /** The offending word of the input, where there is one. */
  readonly word: string | undefined;

  constructor(code: ErrorCode, detail: string, word?: string) {
    super(`${code}: ${detail}`);
    this.name = 'ProtocolError';
    this.code = code;
    this.word = word;
  }
}
