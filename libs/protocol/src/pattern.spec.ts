import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChannel } from './channel.js';
import { parseSelector, selects } from './pattern.js';

function isSelected(selector: string, channel: string): boolean | undefined {
  const parsed = parseSelector(selector);
  const name = parseChannel(channel);
  return parsed && name && selects(parsed, name);
}

describe('selects', () => {
  it.each([
    ['deployment/web', 'deployment/web', true],
    ['deployment/web', 'deployment/web-2', false],
    ['deployment/web-2', 'deployment/web', false],
    ['deployment/*', 'deployment/web', true],
    ['deployment/*', 'host/web', false],
    ['*/*', 'host/h5', true],
    ['*/web', 'host/web', true],
    ['*/web', 'host/h5', false],
    ['deploy*/web', 'deployment/web', true],
    ['*h*/*', 'host/x', true],
    ['deployment/web*', 'deployment/web', true],
    ['deployment/*web', 'deployment/web', true],
    ['deployment/*-a-*', 'deployment/x-a-y', true],
    ['deployment/*-a-*', 'deployment/x-a', false],
    ['deployment/a*b*c', 'deployment/abbc', true],
    ['deployment/a*b*c', 'deployment/abcb', false],
    ['deployment/a.c', 'deployment/abc', false],
    ['deployment/Web', 'deployment/web', false],
  ])('%s, of %s: %s', (selector, channel, expected) => {
    expect(isSelected(selector, channel)).toBe(expected);
  });

  it('is what a regular expression says, 1,000 times', () => {
    const text = (chars: string, maxLength: number) =>
      fc.string({ unit: fc.constantFrom(...Array.from(chars)), minLength: 1, maxLength });
    fc.assert(
      fc.property(text('ab*', 6), text('ab*', 12), text('ab', 6), text('ab', 12), (kindGlob, nameGlob, kind, name) => {
        const expected = new RegExp(`^${`${kindGlob}/${nameGlob}`.replaceAll('*', '[^/]*')}$`).test(`${kind}/${name}`);
        expect(isSelected(`${kindGlob}/${nameGlob}`, `${kind}/${name}`)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('is soon done with a pattern that would keep a regular expression busy for ever', () => {
    expect(isSelected(`host/${'*a'.repeat(64)}`, `host/${'a'.repeat(127)}b`)).toBe(false);
  });
});
