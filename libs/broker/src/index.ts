export * from './batch.js';
export * from './broker-error.js';
export * from './log-broker.js';
export * from './memory/memory-broker.js';
export * from './position-order.js';
export * from './request-rules.js';
export * from './retention.js';
export * from './tailer-signs.js';
