export { parseLogTemplate, TemplateError, type LogTemplate } from './find/log-template.js';
export { NO_OBSERVER, type SourceName, type TailingObserver } from './observer.js';
export { Tailing, type TailingOptions } from './tailing.js';
export type { LineFormat } from './parse/line-format.js';
