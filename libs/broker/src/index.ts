export * from './batch.js';
export * from './broker-error.js';
export * from './log-broker.js';
export * from './tailer-signs.js';
