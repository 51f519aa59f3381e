import { HttpException, InternalServerErrorException } from '@nestjs/common';
import { BrokerError } from '@tailgate/broker';
import { expect, it } from 'vitest';
import { ProblemError } from './problem-error.js';
import { problemOf } from './problem-of.js';

it('tells callers what is theirs', () => {
  const own = new ProblemError('bad_position', 'after must be …');
  expect(problemOf(own)).toBe(own);
  expect(problemOf(new HttpException('too big', 413))?.problem).toMatchObject({
    code: 'payload_too_large',
    detail: 'too big',
  });
  expect(problemOf(new HttpException('odd', 418))?.problem).toMatchObject({ code: 'bad_request', status: 400 });
  expect(problemOf(new BrokerError('unavailable', 'redis://secret@host'))?.problem).toEqual({
    code: 'unavailable',
    status: 503,
    title: 'Not ready, try again',
  });
});

it('keeps what is ours', () => {
  const ours = [
    new Error('secret'),
    new InternalServerErrorException('secret'),
    new BrokerError('invalid', 'a mistake of ours'),
    'secret',
    undefined,
    Object.assign(new Error('not of Fastify'), { statusCode: 400 }),
  ];
  for (const error of ours) expect(problemOf(error)).toBeUndefined();
});
