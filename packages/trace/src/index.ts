export * from './chain.ts';
export * from './describe.ts';
export * from './export/index.ts';
export * from './label.ts';
export * from './marks.ts';
export * from './net.ts';
export * from './slice.ts';
export * from './slices.ts';
