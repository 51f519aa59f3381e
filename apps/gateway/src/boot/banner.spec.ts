import { expect, it } from 'vitest';
import { banner } from './banner.js';

const listening = { url: 'http://127.0.0.1:8080', metricsUrl: 'http://127.0.0.1:9090/metrics' };

it('says where to look', () => {
  const text = banner(listening, {
    templates: ['./data/{name}.log', '/x/{name}=host/{name}'],
    files: 2,
    example: 'host/h5',
  });
  expect(text).toContain('http://127.0.0.1:8080\n');
  expect(text).toContain('./data/{name}.log → deployment/{name}');
  expect(text).toContain('/x/{name} → host/{name}');
  expect(text).toContain('2 files\n');
  expect(text).toContain("curl -N 'http://127.0.0.1:8080/api/stream?channel=host/h5'");
  expect(text).toContain('http://127.0.0.1:9090/metrics');
});

it('says what to do where there is no file yet', () => {
  const text = banner(listening, { templates: ['/a/*/{name}', './data/{name}.log=host/{name}'], files: 0 });
  expect(text).toContain('no files yet');
  expect(text).toContain('channel=host/hello');
  expect(text).toContain("mkdir -p './data' && echo hello >> './data/hello.log'");
  expect(banner(listening, { templates: ['/a/*/{name}'], files: 0 })).not.toContain('echo');
});

it('says that Redis is waited for', () => {
  expect(banner(listening, { templates: ['/x/{name}.log'], files: 0, isWaiting: true })).toContain(
    'as soon as Redis is there',
  );
  expect(banner(listening, { templates: undefined, files: 0, isWaiting: true })).toContain('as soon as that is there');
});
