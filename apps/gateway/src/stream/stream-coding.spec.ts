import { createGunzip, constants } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GzipCoding, identity, takesGzip, type StreamCoding } from './stream-coding.js';

/** What a viewer is sent, and how. */
type Sending = { readonly shared: Buffer } | { readonly own: readonly Buffer[] };

function write(coding: StreamCoding, sending: Sending): Buffer {
  return 'shared' in sending ? coding.shared(sending.shared) : Buffer.concat(coding.own(sending.own));
}

function plain(sending: Sending): string {
  return ('shared' in sending ? sending.shared : Buffer.concat(sending.own)).toString('latin1');
}

/** What a client has of what it was given up to now. */
class Client {
  readonly #gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH });
  text = '';

  constructor() {
    this.#gunzip.on('data', (bytes: Buffer) => (this.text += bytes.toString('latin1')));
  }

  async give(bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#gunzip.write(bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 50 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(4_000)).map(([piece, times]) => {
    return Buffer.concat(Array.from({ length: times }, () => piece));
  }),
);
const buffer = bytes.map((piece) => Buffer.from(piece));
const sending: fc.Arbitrary<Sending> = fc.oneof(
  fc.record({ shared: buffer }),
  fc.record({ own: fc.array(buffer, { maxLength: 3 }) }),
);

describe('an event stream in gzip', () => {
  it('shows all that was sent, each time, to viewers who begin at different times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sending, { maxLength: 8 }), fc.nat(7), async (sendings, begin) => {
        const coding = new GzipCoding();
        const viewers = [
          { client: new Client(), begins: 0, text: '' },
          { client: new Client(), begins: begin, text: '' },
        ];
        for (const { client } of viewers) await client.give(coding.head);
        for (const [index, each] of sendings.entries()) {
          for (const viewer of viewers) {
            if (index < viewer.begins) continue;
            viewer.text += plain(each);
            await viewer.client.give(write(coding, each));
            expect(viewer.client.text).toBe(viewer.text);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('makes what is shared once', () => {
    const coding = new GzipCoding();
    const shared = Buffer.from('a line, and another one\n'.repeat(100));
    expect(coding.shared(shared)).toBe(coding.shared(shared));
    expect(coding.shared(shared).length).toBeLessThan(shared.length / 5);
  });

  it('adds ten bytes to what is not worth compressing', () => {
    const ping = Buffer.from('event: ping\ndata: {}\n\n');
    expect(write(new GzipCoding(), { own: [ping] }).length).toBe(ping.length + 10);
    expect(write(identity, { own: [ping] })).toEqual(ping);
  });
});

it.each([
  [undefined, false],
  ['', false],
  ['gzip, deflate, br, zstd', true],
  ['gzip', true],
  ['*', true],
  ['br, zstd', false],
  ['identity', false],
  ['gzip;q=0', false],
  ['gzip;q=0.5, identity', false],
])('Accept-Encoding %j takes gzip: %j', (accept, takes) => {
  expect(takesGzip(accept === undefined ? {} : { 'accept-encoding': accept })).toBe(takes);
});
