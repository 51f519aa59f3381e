export type { Cursors, LogSource, Page } from './log-source.js';
export { LogView, type LogViewHandle } from './log-view.js';
