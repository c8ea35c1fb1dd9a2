export * from './buckets.ts';
export * from './colour.ts';
export * from './format.ts';
export * from './histogram.ts';
export * from './level.ts';
export * from './percentile.ts';
export * from './rows.ts';
export * from './text.ts';
