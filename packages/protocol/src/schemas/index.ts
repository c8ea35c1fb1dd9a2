// Schemas of the bridge's requests and responses, separate from the types, so that the page loads no schema library.
export * from './advice.ts';
export * from './alerts.ts';
export * from './client-message.ts';
export * from './devices.ts';
export * from './history.ts';
export * from './host.ts';
export * from './incident.ts';
export * from './isolation.ts';
export * from './measure.ts';
export * from './numbers.ts';
export * from './recordings.ts';
export * from './rule-request.ts';
export * from './session.ts';
export * from './spike.ts';
export * from './task.ts';
export * from './test-run.ts';
