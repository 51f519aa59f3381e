export * from './batch.js';
export * from './broker-error.js';
export type * from './log-broker.js';
export { BATCH_OVERHEAD_BYTES } from './memory/ledger.js';
export * from './memory/memory-broker.js';
export * from './position-order.js';
export { MAX_PAGE } from './request-rules.js';
export * from './retention.js';
export type * from './tailer-signs.js';
