import { parseChannel } from '@tailgate/protocol';
import { parseLogTemplate } from '@tailgate/tailing';
import { expect, it } from 'vitest';
import { demoPath } from './demo-path.js';
import { offersDeployments } from './offer.js';

it.each([
  ['/x/{name}.log', '/x/web.log'],
  ['/x/{app}/{app2}.log=deployment/{app}', undefined],
  ['/x/a-{id}.log=deployment/{id}', '/x/a-web.log'],
  ['/x/{name}.log=host/{name}', undefined],
  ['/x/*/{name}.log', undefined],
  ['/x/one.log=deployment/one', undefined],
  ['/x/{id}.log=deployment/web', '/x/web.log'],
])('the file of a deployment under %s is %s', (template, path) => {
  const channel = parseChannel('deployment/web');
  expect(channel && demoPath([parseLogTemplate(template)], channel)).toBe(path);
});

it('deployments are written where there is a place for them that others would find, too', () => {
  const logs = [parseLogTemplate('/x/{name}.log')];
  expect(offersDeployments({ demo: true, logs })).toBe(true);
  expect(offersDeployments({ demo: false, logs })).toBe(false);
  expect(offersDeployments({ demo: true, logs, sourceHost: 'node-a' })).toBe(false);
  expect(offersDeployments({ demo: true, logs: [parseLogTemplate('/x/{name}.log=host/{name}')] })).toBe(false);
});
