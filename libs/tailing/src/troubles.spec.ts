import { describe, expect, it } from 'vitest';
import { Troubles } from './troubles.js';

describe('a trouble', () => {
  const told: string[] = [];
  const troubles = new Troubles({
    trouble: (path, message) => told.push(`${path} ${message}`),
    recovered: (path) => told.push(`${path} recovered`),
  });
  const tellings = () => told.splice(0);

  it('is told once, however often it is met', () => {
    for (let i = 0; i < 3; i++) troubles.trouble('/a', 'EACCES');
    expect(tellings()).toEqual(['/a EACCES']);
  });

  it('is told again when it is another', () => {
    troubles.trouble('/a', 'EISDIR');
    expect(tellings()).toEqual(['/a EISDIR']);
  });

  it('is over once, and then may come again', () => {
    troubles.recovered('/a');
    troubles.recovered('/a');
    troubles.recovered('/b');
    troubles.trouble('/a', 'EISDIR');
    expect(tellings()).toEqual(['/a recovered', '/a EISDIR']);
  });
});
