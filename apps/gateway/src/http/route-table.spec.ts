import { expect, it } from 'vitest';
import { RouteTable } from './route-table.js';

it('tells the methods of a path', () => {
  const routes = new RouteTable();
  routes.add('/', ['GET']);
  routes.add('/', ['HEAD']);
  routes.add('/api/channels/:kind/:name', ['GET']);
  routes.add('/api/channels/:kind/:name', ['DELETE']);
  routes.add('/assets/a.js', ['GET']);
  expect(routes.methodsOf('/')).toEqual(['GET', 'HEAD']);
  expect(routes.methodsOf('/api/channels/host/h5')).toEqual(['DELETE', 'GET']);
  expect(routes.methodsOf('/api/channels/host')).toEqual([]);
  expect(routes.methodsOf('/api/channels/host/h5/x')).toEqual([]);
  expect(routes.methodsOf('/assets/axjs')).toEqual([]);
  expect(routes.methodsOf('')).toEqual([]);
});
