import { describe, expect, test } from 'vitest';
import { BrokerError } from '../broker-error.js';
import { parseRedisUrl, type RedisTarget } from './redis-url.js';

const GOOD: Readonly<Record<string, RedisTarget>> = {
  'redis://localhost': { kind: 'single', tls: false, host: 'localhost', port: 6379, db: 0 },
  'redis://127.0.0.1:7000/3': { kind: 'single', tls: false, host: '127.0.0.1', port: 7000, db: 3 },
  'redis://localhost/': { kind: 'single', tls: false, host: 'localhost', port: 6379, db: 0 },
  'rediss://[::1]:6380': { kind: 'single', tls: true, host: '::1', port: 6380, db: 0 },
  'redis://:p%40ss@cache': { kind: 'single', tls: false, password: 'p@ss', host: 'cache', port: 6379, db: 0 },
  'redis://me:a:b@c@cache': {
    kind: 'single',
    tls: false,
    username: 'me',
    password: 'a:b@c',
    host: 'cache',
    port: 6379,
    db: 0,
  },
  'redis+sentinel://a,b:1,[::1]:2/main': {
    kind: 'sentinel',
    tls: false,
    sentinels: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 1 },
      { host: '::1', port: 2 },
    ],
    name: 'main',
    db: 0,
  },
  'rediss+sentinel://me:secret@a/my%20main/2?sentinelPassword=x%26y': {
    kind: 'sentinel',
    tls: true,
    username: 'me',
    password: 'secret',
    sentinels: [{ host: 'a', port: 26_379 }],
    name: 'my main',
    db: 2,
    sentinelPassword: 'x&y',
  },
  'redis+cluster://a:7000,b': {
    kind: 'cluster',
    tls: false,
    nodes: [
      { host: 'a', port: 7000 },
      { host: 'b', port: 6379 },
    ],
  },
  'rediss+cluster://me:secret@a/0': {
    kind: 'cluster',
    tls: true,
    username: 'me',
    password: 'secret',
    nodes: [{ host: 'a', port: 6379 }],
  },
};

const BAD: Readonly<Record<string, RegExp>> = {
  '': /is not redis:/,
  localhost: /is not redis:/,
  'http://localhost': /is not redis:/,
  'redis://': /is not redis:/,
  'redis+proxy://a': /is not redis:/,
  'redis://a,b': /several hosts/,
  'redis://a:port': /"a:port"/,
  'redis://a:0': /"a:0"/,
  'redis://a:65536': /"a:65536"/,
  'redis://::1': /"::1"/,
  'redis://a/one': /"one" where the number of a database/,
  'redis://a/1/2': /more than a database/,
  'redis://a?db=1': /"db" in its query/,
  'redis://hunter2@a': /a user and no password/,
  'redis://me:hunter2%zz@a': /a %/,
  'redis+sentinel://a': /lacks the name/,
  'redis+sentinel://a/': /lacks the name/,
  'redis+sentinel://a,,b/main': /"" where a host/,
  'redis+sentinel://a/main/0/x': /more than a name and a database/,
  'redis+cluster://a/1': /only one/,
  'redis+cluster://a?sentinelPassword=hunter2': /"sentinelPassword" in its query/,
};

describe('the URL of Redis', () => {
  test.each(Object.entries(GOOD))('%s', (text, target) => expect(parseRedisUrl(text)).toEqual(target));

  test.each(Object.entries(BAD))('"%s" is refused, with the reason and without the password', (text, message) => {
    expect(() => parseRedisUrl(text)).toThrow(BrokerError);
    expect(() => parseRedisUrl(text)).toThrow(message);
    expect(() => parseRedisUrl(text)).not.toThrow(/hunter2/);
  });
});
