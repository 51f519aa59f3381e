import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listPods, PodListFailure, type LabelledPods } from '../../apps/tailer/src/pods/pod-list.js';
import { ApiServer, listOf, podNamed, type Answer } from './api-server.ts';

const never = new AbortController().signal;
let api: ApiServer;

beforeAll(async () => void (api = await ApiServer.start()));
beforeEach(() => void api.asked.splice(0));
afterAll(() => api[Symbol.asyncDispose]());

const list = (signal = never): Promise<LabelledPods> =>
  listPods({ host: '127.0.0.1', port: api.port, accountFolder: api.account.path }, 'node-1', signal);

it('asks for the metadata of the node’s pods, and takes the first label that says something', async () => {
  api.answer = listOf(
    podNamed('a', { 'app.kubernetes.io/name': 'web', app: 'old' }),
    podNamed('b', { 'app.kubernetes.io/name': '', app: 'old' }),
    podNamed('c', { app: '' }),
    podNamed('d'),
  );
  expect([...(await list())]).toEqual([
    ['shop/a', 'web'],
    ['shop/b', 'old'],
    ['shop/c', undefined],
    ['shop/d', undefined],
  ]);
  expect(api.asked[0]?.url).toBe('/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1');
  expect(api.asked[0]?.headers.authorization).toBe('Bearer first');
  expect(api.asked[0]?.headers.accept).toContain('as=PartialObjectMetadataList');
});

it('a token that was replaced is used with the next question', async () => {
  api.answer = listOf();
  await list();
  api.account.write('token', 'second');
  await list();
  expect(api.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
});

it.each<[string, Answer, RegExp]>([
  ['a right that is missing', { status: 403, body: '{}' }, /403; the service account must be allowed to list pods/],
  ['a token that is no good', { status: 401, body: '{}' }, /with 401$/],
  ['what is no JSON', { status: 200, body: '<html>' }, /gives no list of pods/],
  ['what is no list', { status: 200, body: '{"items":[{"metadata":{}}]}' }, /gives no list of pods: what it answers/],
  ['more than anybody has', { status: 200, body: ' '.repeat(33 * 1024 ** 2) }, /gives no list of pods/],
])('says what is wrong: %s', async (_what, given, message) => {
  api.answer = given;
  const listing = list();
  await expect(listing).rejects.toBeInstanceOf(PodListFailure);
  await expect(listing).rejects.toThrow(message);
});

it('ends when it is told to', async () => {
  api.answer = 'silence';
  const stopping = new AbortController();
  const listing = list(stopping.signal);
  await expect.poll(() => api.asked.length).toBe(1);
  stopping.abort();
  await expect(listing).rejects.toMatchObject({ name: 'PodListFailure' });
});

it('tells nobody its token whom the cluster’s authority does not vouch for, nor where nobody is', async () => {
  await using other = await ApiServer.start();
  const cluster = { host: '127.0.0.1', port: api.port, accountFolder: other.account.path };
  await expect(listPods(cluster, 'node-1', never)).rejects.toThrow(/gives no list of pods: .*certificate/);
  expect(api.asked).toEqual([]);
  await expect(listPods({ ...cluster, port: 1 }, 'node-1', never)).rejects.toThrow(/ECONNREFUSED/);
  await expect(listPods({ ...cluster, accountFolder: '/nowhere' }, 'node-1', never)).rejects.toThrow(
    /service account's \/nowhere\/.* can't be read/,
  );
});
