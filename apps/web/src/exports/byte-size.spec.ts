import { expect, it } from 'vitest';
import { byteSize } from './byte-size.js';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [999_940, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1_234_567_890, '1.2 GB'],
  [5e15, '5000.0 TB'],
])('%d is %s', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});
