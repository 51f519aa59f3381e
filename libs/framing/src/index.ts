export type { ByteRange } from './assembler.js';
export { BatchBuilder } from './batch-builder.js';
export { endOfNuls, LONGEST_LINE, NEWLINE, unfinishedBytes, withoutReturn } from './bytes.js';
export { Continuations, type Stream } from './continuation.js';
export { framedFile, type FramedFileOptions } from './framed-file.js';
export { detectFormat, mayBecomeContainers, type LineFormat } from './line-format.js';
export { noticeJson } from './record-json.js';
export { RecordReader, type FramingOptions } from './record-reader.js';
export { TextHash } from './text-hash.js';
