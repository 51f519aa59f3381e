import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { loadConfig, type Environment } from './load-config.js';
import { list, onOff, wholeNumber, kind } from './kinds.js';
import { option } from './option.js';

const template = kind('a path with {name}', (text) => {
  if (text.includes('{name}')) return text;
  throw new Error('it has no {name}');
});

const spec = {
  about: 'Usage: tailgate [options]',
  schema: z
    .object({
      port: option(wholeNumber(0, 65535), { env: 'PORT', default: '8080', help: 'The port.' }),
      metricsPort: option(wholeNumber(0, 65535), { env: 'METRICS_PORT', help: 'Another port.' }),
      logs: option(list(template, ';'), { env: 'LOGS', default: './data/{name}.log', help: 'The files.' }),
      joined: option(onOff(), { env: 'JOIN_STACK_TRACES', default: 'off', help: 'Joins.' }),
    })
    .refine(({ port, metricsPort }) => port === 0 || port !== metricsPort, {
      path: ['metricsPort'],
      message: 'must be another port than PORT',
    }),
};

function load(argv: string[], env: Environment = {}) {
  return loadConfig(spec, argv, env);
}

function config(argv: string[], env: Environment = {}) {
  const loaded = load(argv, env);
  return loaded.outcome === 'config' ? loaded.config : loaded;
}

function refusal(argv: string[], env: Environment = {}): string {
  const loaded = load(argv, env);
  return loaded.outcome === 'refused' ? loaded.text : loaded.outcome;
}

describe('loadConfig', () => {
  it('has the defaults where nothing is set', () => {
    expect(config([])).toEqual({ port: 8080, logs: ['./data/{name}.log'], joined: false });
  });

  it('takes 0 for a value and an empty variable for none', () => {
    expect(config([], { PORT: '0' })).toMatchObject({ port: 0 });
    expect(config([], { PORT: '' })).toMatchObject({ port: 8080 });
  });

  it('prefers flags, as --flag value and --flag=value', () => {
    expect(config(['--port', '1'], { PORT: '2' })).toMatchObject({ port: 1 });
    expect(config(['--port=1', '--port=3'])).toMatchObject({ port: 3 });
    expect(config(['--join-stack-traces'])).toMatchObject({ joined: true });
    expect(config(['--join-stack-traces=off'], { JOIN_STACK_TRACES: 'on' })).toMatchObject({ joined: false });
  });

  it('lets a list be repeated, which replaces that of the variable', () => {
    const env = { LOGS: 'x/{name};y/{name}' };
    expect(config([], env)).toMatchObject({ logs: ['x/{name}', 'y/{name}'] });
    expect(config(['--logs', 'a/{name}', '--logs', 'b/{name}'], env)).toMatchObject({ logs: ['a/{name}', 'b/{name}'] });
  });

  it('names every mistake at once, as it was written, with its value and what is allowed', () => {
    expect(refusal(['--logs', 'a/{name}', '--logs', 'b'], { PORT: '80a', METRICS_PORT: '-1' })).toBe(
      "Tailgate can't start: 3 settings are wrong.\n" +
        '  PORT=80a: must be a whole number from 0 to 65535\n' +
        '  METRICS_PORT=-1: must be a whole number from 0 to 65535\n' +
        '  --logs b: it has no {name}\n',
    );
  });

  it('checks options against each other', () => {
    expect(refusal(['--port', '9'], { METRICS_PORT: '9' })).toContain('METRICS_PORT=9: must be another port than PORT');
  });

  it('refuses unknown flags with a hint, and takes what follows for their value', () => {
    expect(refusal(['--log', 'x/{name}'])).toContain('--log: there is no such option. Did you mean --logs?');
    expect(refusal(['--log', 'x/{name}'])).not.toContain('not expected');
    expect(refusal(['-p', '80'])).toContain('-p: there is no such option.');
    expect(refusal(['--__proto__=1'])).toContain('--__proto__: there is no such option.');
  });

  it('refuses bare words and missing values', () => {
    expect(refusal(['/var/log/x.log'])).toContain(
      "/var/log/x.log: is not expected here; files to follow are given as --logs '/var/log/x.log'",
    );
    expect(refusal(['--port'])).toContain('--port: needs a value: a whole number from 0 to 65535');
    expect(refusal(['--port='])).toContain('--port: needs a value');
  });

  it('does not show the value of a flag that it does not know, which may be a secret', () => {
    expect(refusal(['--redis-ulr', 'redis://:hidden@h'])).not.toContain('hidden');
    expect(refusal(['--redis-ulr=redis://:hidden@h'])).not.toContain('hidden');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(config([], { PORT: '' })).toMatchObject({ port: 8080 });
  });

  it('escapes what could play with a terminal', () => {
    expect(refusal([], { PORT: '\u001b[2J' })).toContain('PORT="\\u001b[2J"');
  });

  it('prints its options on --help, whatever else is wrong', () => {
    for (const flag of ['--help', '-h']) {
      const loaded = load([flag, '--port', 'x']);
      expect(loaded).toMatchObject({ outcome: 'help' });
      expect(loaded.outcome === 'help' && loaded.text).toContain('--port VALUE');
    }
  });
});
