// The server's entry: the same messages as zod schemas, for validation of requests and for OpenAPI.
export * from './schemas/names.js';
export * from './schemas/numbers.js';
export * from './schemas/records.js';
export * from './schemas/events.js';
export * from './schemas/frames.js';
export * from './schemas/problem.js';
export * from './schemas/rest.js';
export * from './schemas/access.js';
export * from './schemas/exports.js';
export * from './schemas/alerts.js';
