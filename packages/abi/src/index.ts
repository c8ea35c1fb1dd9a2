export * from './agent-stream.ts';
export { type AttributeObject, decodeAttributes, decodeText, encodeAttributes } from './attributes.ts';
export * from './buckets.ts';
export * from './errors.ts';
export * from './generated.ts';
export * from './netlink.ts';
