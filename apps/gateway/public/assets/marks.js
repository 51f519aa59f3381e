// @ts-check
// What is not a line, in words: holes, new epochs and notices.
import { counted } from './ages.js';

/** @typedef {import('./log-stream.js').Gap} Gap */
/** @typedef {import('./log-stream.js').Notice} Notice */

/** @type {Readonly<Record<string, string>>} */
const GAP_REASONS = {
  trimmed: 'the server keeps only so much history, and these are gone from it',
  epoch: 'the server has forgotten the earlier numbering and reads its files again, so lines may also come twice',
  purged: 'somebody removed them on purpose',
  'filtered-limit': 'the filter searched only so far back',
  'unknown-position': 'the server does not know the position that this page was at',
};

/** @param {Gap} gap */
export function gapText({ lost, reason, from, to }) {
  const what = lost === null ? 'Lines may be missing here' : `${counted(lost, 'line')} missing here`;
  const range = from === null || to === null ? '' : ` (${from} to ${to})`;
  return `${what}${range}: ${GAP_REASONS[reason] ?? reason}.`;
}

/** @type {Readonly<Record<string, string>>} */
const NOTICES = {
  'file-truncated': 'The file was cut before all of it was read',
  'file-replaced': 'Another file took the place of this one before all of it was read',
  'bytes-skipped': 'A part of the file was skipped',
  undecodable: 'A part of the file is no text',
};

/** @param {Notice} notice */
export function noticeText({ notice, bytes }) {
  const size = bytes === null ? 'how much is missing is not known' : `${counted(bytes, 'byte')} missing`;
  return `${NOTICES[notice] ?? notice}; ${size}.`;
}

export const EPOCH_TEXT = 'A new epoch: the numbering of lines begins again at 1.';
