// Schemas of what the bridge accepts and answers. Apart from the types, so that the page loads no schema library.
export * from './client-message.ts';
export * from './measure.ts';
export * from './rule-request.ts';
