export { parseLogTemplate, TemplateError, type LogTemplate } from './find/log-template.js';
export { ownerOf, type PodName, type PodOwners } from './find/pod-owner.js';
export { NO_OBSERVER, type SourceName, type TailingObserver } from './observer.js';
export { Tailing, type TailingOptions } from './tailing.js';
export type { LineFormat } from '@tailgate/framing';
