import { parseChannel } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import type { ChannelExport } from '../gateway/exports.js';
import { exportNews } from './export-news.js';

function exported(id: string, state: ChannelExport['state'], records = 0): ChannelExport {
  const channel = parseChannel(`deployment/${id}`);
  if (channel === undefined) throw new Error(id);
  const rest = { since: null, until: null, progress: 0, bytes: 0, lost: 0, expires: 1, error: null };
  return { id, channel, format: 'text', state, records, ...rest };
}

it('says nothing of what was there at first, or has not changed', () => {
  expect(exportNews(undefined, [exported('a', 'finished')])).toBe('');
  expect(exportNews([exported('a', 'waiting')], [exported('a', 'running', 7)])).toBe('');
  expect(exportNews([exported('a', 'failed')], [exported('a', 'failed')])).toBe('');
});

it('says what has begun, ended, failed or gone', () => {
  expect(exportNews([], [exported('a', 'waiting')])).toBe('The export of deployment/a is under way.');
  expect(exportNews([], [exported('a', 'finished', 1234)])).toBe(
    'The export of deployment/a is finished: 1,234 records.',
  );
  expect(exportNews([exported('a', 'running'), exported('b', 'finished')], [exported('a', 'failed')])).toBe(
    'The export of deployment/a has failed. The export of deployment/b is gone.',
  );
});
