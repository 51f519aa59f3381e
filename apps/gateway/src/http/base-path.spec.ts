import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BasePath, parseBasePath } from './base-path.js';

const base = new BasePath('/tools/tailgate');

describe('a base path', () => {
  it.each([
    ['/tools/tailgate/', '/'],
    ['/tools/tailgate/?a=b', '/?a=b'],
    ['/tools/tailgate/api/stream?channel=host/h5', '/api/stream?channel=host/h5'],
    ['/tools/tailgate/tools/tailgate/', '/tools/tailgate/'],
    ['/tools/tailgate/healthz', '/healthz'],
    ['http://localhost:8080/tools/tailgate/api', 'http://localhost:8080/api'],
    ['HTTPS://evil.example/tools/tailgate/', 'HTTPS://evil.example/'],
    // The probes' own, at the root.
    ['/healthz', '/healthz'],
    ['/readyz?verbose', '/readyz?verbose'],
    ['/metrics', '/metrics'],
  ])('%s is %s within', (target, within) => {
    expect(base.within(target)).toBe(within);
  });

  it.each([
    '/',
    '',
    '*',
    '/api/channels',
    '/tools',
    '/tools/tailgate',
    '/tools/tailgate?x=/tools/tailgate/',
    '/tools/tailgate#/tools/tailgate/',
    '/tools/tailgatex/api',
    '/TOOLS/tailgate/api',
    '//tools/tailgate/api',
    '/tools//tailgate/api',
    '/./tools/tailgate/api',
    '/x/../tools/tailgate/api',
    '/tools/%74ailgate/api',
    '/tools/tailgate%2fapi',
    '/tools\\tailgate\\api',
    '/tools/tailgate\\api',
    '\\tools/tailgate/api',
    ' /tools/tailgate/api',
    '/healthz/',
    '/healthz/../api/channels',
    '//healthz',
    '/%68ealthz',
    'tools/tailgate/api',
    'localhost:80',
  ])('%s is nowhere', (target) => {
    expect(base.within(target)).toBe('//');
  });

  it.each([
    'http://evil.example',
    'http://evil.example/x',
    'http://evil.example?/tools/tailgate/',
    'x://evil.example/',
  ])('%s is nowhere, and keeps its authority for the rule on hosts', (target) => {
    expect(base.within(target)).toBe(`${new URL(target).protocol}//evil.example//`);
  });

  it('sends on whoever leaves out its last slash, and nobody else, to nowhere but itself', () => {
    expect(base.redirect('/tools/tailgate')).toBe('/tools/tailgate/');
    expect(base.redirect('/tools/tailgate?a=//evil.example')).toBe('/tools/tailgate/?a=//evil.example');
    expect(base.redirect('http://evil.example/tools/tailgate')).toBe('/tools/tailgate/');
    for (const target of ['/', '', '/tools', '/tools/tailgate/', '//tools/tailgate', '/tools/tailgate//evil.example'])
      expect(base.redirect(target)).toBeUndefined();
  });

  it('changes nothing where there is none', () => {
    fc.assert(
      fc.property(fc.string(), (target) => {
        expect([new BasePath().within(target), new BasePath().redirect(target)]).toEqual([target, undefined]);
      }),
    );
  });

  it('takes itself off whatever is below it, and only once', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_~-]{1,8}$/);
    const rest = fc.string().filter((text) => !/[?#]/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), rest, (segments, path) => {
        const parsed = parseBasePath(segments.join('/'));
        expect(parsed).toBe(`/${segments.join('/')}`);
        expect(new BasePath(parsed).within(`/${segments.join('/')}/${path}`)).toBe(`/${path}`);
      }),
    );
  });
});
