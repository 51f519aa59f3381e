import { Socket } from 'node:net';
import fc from 'fast-check';
import { Command } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { DirectCommand } from './direct-command.js';

const argument = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
);

/** What of a command comes to a socket, and the pieces in which it does. */
function writtenBy(command: Command): Buffer[] {
  const socket = new Socket();
  const pieces: Buffer[] = [];
  vi.spyOn(socket, 'write').mockImplementation((piece) => {
    pieces.push(Buffer.from(piece));
    return true;
  });
  socket.write(command.toWritable(socket));
  return pieces;
}

it('writes the same bytes as any other command', () => {
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 8 }), (args) => {
      const ours = writtenBy(new DirectCommand('evalsha', args));
      expect(Buffer.concat(ours)).toEqual(Buffer.concat(writtenBy(new Command('evalsha', args))));
    }),
  );
});

it('hands the socket the payload itself, and gives up what it holds back in the same turn', async () => {
  const socket = new Socket();
  const write = vi.spyOn(socket, 'write').mockReturnValue(true);
  const payload = Buffer.alloc(100_000, 'x');
  const rest = new DirectCommand('evalsha', ['sha', 0, payload, 'after']).toWritable(socket);
  expect(write.mock.calls.map(([piece]) => piece)).toContain(payload);
  expect(rest).toBe('\r\n$5\r\nafter\r\n');
  expect(socket.writableCorked).toBe(1);
  await vi.waitFor(() => expect(socket.writableCorked).toBe(0), { timeout: 20_000 });
});
