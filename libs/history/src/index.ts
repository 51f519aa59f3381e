export * from './file-format.js';
export * from './history-walk.js';
export * from './line-filter.js';
export * from './pace.js';
export * from './selection.js';
export * from './stored-record.js';
