import { expect, it } from 'vitest';
import { isLoopback } from './loopback.js';

it.each(['127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost', 'a.localhost'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

it.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '128.0.0.1',
  '::2',
  'localhost.example.com',
  'notlocalhost',
  '127.0.0.1.nip.io',
  '127.1',
  '',
])('%s may be another', (host) => {
  expect(isLoopback(host)).toBe(false);
});
