export type { LogSource } from './log-source.js';
export { LogView, type LogViewHandle } from './log-view.js';
