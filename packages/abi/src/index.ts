export * from './agent-stream.ts';
export { decodeText } from './attributes.ts';
export * from './buckets.ts';
export * from './errors.ts';
export * from './frames.ts';
export * from './generated.ts';
export * from './netlink.ts';
