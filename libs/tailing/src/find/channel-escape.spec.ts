import { NAME_PATTERN, channelShortName, parseChannel } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelFor } from './channel-escape.js';

/** Names as file systems have them, and those that look like what an escape makes. */
const name = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({
    minLength: 1,
    maxLength: 300,
    unit: fc.constantFrom('a', 'B', '7', '.', '-', '_', ' ', 'é', '💥', '\n'),
  }),
);

describe('channelFor', () => {
  it('takes a name of the grammar as it is', () => {
    expect(channelFor('deployment', 'web-42')).toBe('deployment/web-42');
    expect(channelFor('host', 'h5.lab_1')).toBe('host/h5.lab_1');
  });

  it('gives a channel of the grammar to any name', () => {
    fc.assert(
      fc.property(name, (any) => {
        expect(parseChannel(channelFor('deployment', any))).toBeDefined();
      }),
    );
  });

  it('never gives two names the same channel', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        fc.pre(one !== other);
        expect(channelFor('host', one)).not.toBe(channelFor('host', other));
      }),
    );
  });

  it('gives no name the channel that another one was escaped to', () => {
    fc.assert(
      fc.property(name, (any) => {
        const escaped = channelShortName(channelFor('host', any));
        fc.pre(escaped !== any);
        expect(channelFor('host', escaped)).not.toBe(channelFor('host', any));
      }),
    );
  });

  it('tells names apart that look alike once cut, or once their odd characters are gone', () => {
    const long = 'x'.repeat(200);
    const names = [long, `${long}y`, 'web 1', 'web  1', 'web\t1', 'web_1', 'é', 'è', '...', '-', '--'];
    const channels = names.map((one) => channelFor('host', one));
    expect(new Set(channels).size).toBe(names.length);
    for (const channel of channels) expect(channelShortName(channel)).toMatch(NAME_PATTERN);
  });

  it('keeps of a name what can be kept', () => {
    expect(channelFor('host', 'web 1.log')).toMatch(/^host\/web-1\.log/);
  });

  it('refuses a kind outside the grammar', () => {
    expect(() => channelFor('Host', 'a')).toThrow('"Host" is not the kind of a channel');
  });
});
