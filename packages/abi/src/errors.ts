// Faults in the byte stream of an agent. Decoders report them to their caller and do not throw: a damaged stream is
// input, not a bug.

export const streamErrors = {
  E_MAGIC: 'bytes that do not start a frame were skipped',
  E_RESERVED: 'a frame header has a reserved field that is not zero',
  E_KIND: 'a frame of a kind that this version does not support was skipped',
  E_LENGTH: 'a frame has a length over the limit',
  E_TRUNCATED: 'the stream ended inside a frame',
  E_NL_LENGTH: 'a netlink message is longer than its frame or shorter than its header',
  E_NL_FAMILY: 'a netlink message belongs to another family',
  E_NL_COMMAND: 'a netlink message has a command that this version does not support',
  E_NL_OVERRUN: 'the kernel dropped data in the netlink socket',
  E_ATTR_LENGTH: 'an attribute is longer than its message or shorter than its header',
  E_ATTR_SIZE: 'an attribute has the wrong size for its type',
} as const;

export type StreamErrorCode = keyof typeof streamErrors;

/** Receives one fault; `detail` names the invalid number or word. */
export type StreamErrorSink = (code: StreamErrorCode, detail: string) => void;
