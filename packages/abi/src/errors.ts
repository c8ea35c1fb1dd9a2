// Everything that can be wrong with the bytes of an agent. Decoders report these to their caller, they do
// not throw: a damaged stream is an input, not a fault of the program.

export const streamErrors = {
  E_MAGIC: 'bytes that do not begin a frame were skipped',
  E_RESERVED: 'a frame header has a reserved field that is not zero',
  E_KIND: 'a frame of a kind this version does not know was skipped',
  E_LENGTH: 'a frame names a length over the limit',
  E_TRUNCATED: 'the stream ended inside a frame',
  E_NL_LENGTH: 'a netlink message is longer than its frame or shorter than its header',
  E_NL_FAMILY: 'a netlink message of another family',
  E_NL_COMMAND: 'a netlink message with a command this version does not know',
  E_NL_OVERRUN: 'the kernel says that data was lost in the netlink socket',
  E_ATTR_LENGTH: 'an attribute is longer than its message or shorter than its header',
  E_ATTR_SIZE: 'an attribute has the wrong size for its type',
} as const;

export type StreamErrorCode = keyof typeof streamErrors;

/** Takes one fault; `detail` names the offending number or word, in plain words. */
export type StreamErrorSink = (code: StreamErrorCode, detail: string) => void;
