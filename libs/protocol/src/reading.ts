// What browser clients read answers of REST with, in place of zod. The marks in it let a bundler drop what a client doesn't use.
export { Fault, type Reader } from './fault.js';
export * from './readers.js';
export { readPlacedRecord } from './event-text.js';
