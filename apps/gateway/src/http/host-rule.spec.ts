import { describe, expect, it } from 'vitest';
import { HostRule } from './host-rule.js';
import { ProblemError } from './problem-error.js';

const rule = new HostRule(['logs.example.com', '192.168.1.5', 'fd00::5']);

describe('a Host that may ask', () => {
  it.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:8080',
    'localhost.',
    'localhost.:80',
    'a.b.localhost',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.255.255.254',
    '[::1]',
    '[::1]:8080',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    'localhost:',
    'logs.example.com',
    'Logs.Example.Com.:443',
    '192.168.1.5:8080',
    '[fd00::5]',
    '[fd00:0:0::5]:80',
  ])('%s', (host) => {
    expect(rule.allows(host)).toBe(true);
  });
});

describe('a foreign Host', () => {
  it.each([
    '',
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1.nip.io',
    '127.0.0.1@evil.example',
    'localhost@evil.example',
    'evil.example@localhost',
    'evil.example#localhost',
    'evil.example/localhost',
    'localhost/evil.example',
    'localhost evil.example',
    'localhost,evil.example',
    'localhost:80:80',
    'localhost:x',
    'localhost:999999',
    '::1',
    '[::1',
    '[::2]',
    '[::1%25eth0]',
    '[localhost]',
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '127.1',
    'localhost..',
    '.',
    'ｌocalhost',
    'example.com',
    'x.logs.example.com',
  ])('%j', (host) => {
    expect(rule.allows(host)).toBe(false);
  });
});

/** What `check` throws, as its code. */
function refusal(rawHeaders: string[], url = '/'): string | undefined {
  try {
    rule.check({ rawHeaders, url });
    return undefined;
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : String(error);
  }
}

describe('check', () => {
  it('wants exactly one Host', () => {
    expect(refusal(['Host', 'localhost'])).toBeUndefined();
    expect(refusal(['hOsT', 'localhost'])).toBeUndefined();
    expect(refusal([])).toBe('bad_request');
    expect(refusal(['X', 'Host', 'Y', 'localhost'])).toBe('bad_request');
    expect(refusal(['Host', 'localhost', 'host', 'localhost'])).toBe('bad_request');
    expect(refusal(['Host', 'evil.example'])).toBe('misdirected_request');
  });

  it('counts the authority of a target in absolute form too', () => {
    expect(refusal(['Host', 'localhost'], 'http://localhost:80/api')).toBeUndefined();
    expect(refusal(['Host', 'localhost'], 'http://evil.example/api')).toBe('misdirected_request');
    expect(refusal(['Host', 'localhost'], 'http://localhost@evil.example/api')).toBe('misdirected_request');
    expect(refusal(['Host', 'evil.example'], 'http://localhost/')).toBe('misdirected_request');
    expect(refusal(['Host', 'localhost'], 'evil.example:80')).toBe('misdirected_request');
    expect(refusal(['Host', 'localhost'], '*')).toBeUndefined();
  });
});
