export { logShortcuts } from '../reading/shortcuts.js';
export type { Cursors, LogSource, Page } from './log-source.js';
export { LogView } from './log-view.js';
export type { LogViewHandle } from './log-view-props.js';
