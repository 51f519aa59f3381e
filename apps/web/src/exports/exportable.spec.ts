import { parseChannel, parseSelector } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import type { Caller } from '../gateway/caller.js';
import { exportable } from './exportable.js';

const channels = ['deployment/a', 'deployment/b', 'host/h5'].flatMap((name) => parseChannel(name) ?? []);

function caller(read: readonly string[], admin: readonly string[]): Caller {
  const selectors = (texts: readonly string[]) => texts.flatMap((text) => parseSelector(text) ?? []);
  return { auth: 'jwt', who: 'alice', channels: selectors(read), write: [], admin: selectors(admin), expiresAt: null };
}

it.each([
  [['*/*'], ['*/*'], ['deployment/a', 'deployment/b', 'host/h5']],
  [['deployment/*'], ['*/*'], ['deployment/a', 'deployment/b']],
  [['*/*'], ['host/*', 'deployment/b'], ['deployment/b', 'host/h5']],
  [['*/*'], [], undefined],
  [[], ['*/*'], undefined],
])('who may read %j and administer %j may export %j', (read, admin, expected) => {
  expect(exportable(channels, caller(read, admin))).toEqual(expected);
});

it('is nothing as long as nobody knows who reads', () => {
  expect(exportable(channels, undefined)).toBeUndefined();
});
