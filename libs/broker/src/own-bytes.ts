/**
 * `payload`, or a copy where it is less than half of the memory that it would keep from being freed: a line in a slab of 64 KiB,
 * kept for hours, would cost a thousand times what is counted for it.
 */
export function ownBytes(payload: Buffer): Buffer {
  if (payload.length * 2 >= payload.buffer.byteLength) return payload;
  return copyOf(payload);
}

/** Its bytes in memory that nobody else has. */
export function copyOf(payload: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(payload.length);
  payload.copy(copy);
  return copy;
}
