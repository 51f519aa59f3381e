import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessOf } from '../access/route-access.js';
import type { Route } from './api-document.js';
import { Described, type Operation } from './operation.js';

/** Where all handlers of this application are, and what each says of itself; nothing where it says nothing. */
export function findRoutes(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  reflector: Reflector,
): (Omit<Route, 'operation'> & Partial<Route>)[] {
  return discovery.getControllers().flatMap(({ instance, metatype }) => {
    const prototype: object = Object.getPrototypeOf(instance) as object;
    const base = metatype === null ? undefined : textOf(PATH_METADATA, metatype);
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler: unknown = Reflect.get(prototype, name);
      if (typeof handler !== 'function') return [];
      const method: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
      if (typeof method !== 'number') return [];
      const verb = String(RequestMethod[method]);
      const path = [base, textOf(PATH_METADATA, handler)]
        .filter((part) => part !== undefined && part !== '/')
        .join('/');
      const operation = operationOf(reflector, handler);
      return [{ method: verb.toLowerCase(), path, access: accessOf(handler), ...(operation && { operation }) }];
    });
  });
}

function operationOf(reflector: Reflector, handler: Parameters<Reflector['get']>[1]): Operation | undefined {
  return reflector.get(Described, handler);
}

function textOf(key: string, target: object): string | undefined {
  const value: unknown = Reflect.getMetadata(key, target);
  return typeof value === 'string' ? value : undefined;
}
