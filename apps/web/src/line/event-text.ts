import type { EpochEntry, GapEntry, NoticeEntry } from '@tailgate/client';

const number = new Intl.NumberFormat('en');

const NOTICES: Readonly<Record<NoticeEntry['notice'], string>> = {
  'file-truncated': 'The file was cut before this was read',
  'file-replaced': 'Another file has taken the place of this one',
  'bytes-skipped': 'Something in the file could not be read as lines',
  undecodable: 'Something in the file is no text',
};

const GAPS: Readonly<Record<GapEntry['reason'], string>> = {
  trimmed: 'they are older than what is kept',
  epoch: 'they were withdrawn when the broker forgot them',
  purged: 'they were deleted',
  'filtered-limit': 'the filter did not get through them in time',
  'unknown-position': 'the position is not known',
  missing: 'the server left them out',
};

/** What has been lost, and why, in a sentence. */
export function noticeText({ notice, bytes }: NoticeEntry): string {
  const size =
    bytes === null ? 'an unknown number of bytes' : `${number.format(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return `${NOTICES[notice]}: ${size} missing.`;
}

/** Likewise. */
export function gapText({ lost, reason }: GapEntry): string {
  const lines =
    lost === null ? 'An unknown number of lines' : `${number.format(lost)} ${lost === 1 ? 'line' : 'lines'}`;
  return `${lines} missing: ${GAPS[reason]}.`;
}

export function epochText({ closed }: EpochEntry): string {
  return `Numbers begin anew here; the last before was ${closed.slice(closed.indexOf('-') + 1)}.`;
}
