export * from './control.ts';
export * from './errors.ts';
export * from './frame.ts';
export * from './model.ts';
export * from './rules.ts';
export * from './tasks.ts';
export * from './trace.ts';
export * from './units.ts';
export { ByteReader, ByteWriter, VARINT_MAX_BYTES } from './varint.ts';
