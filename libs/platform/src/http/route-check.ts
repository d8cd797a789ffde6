import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Route } from '@app/contracts';
import { ROUTE } from './route.decorator';

export const SERVED_ROUTES = Symbol('served routes');

type AnyRoute = Route<never, never, never>;

/** Refuses to start when a route contract of this app has no handler or two, or a handler has a contract that is not listed. */
@Injectable()
export class RouteCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(SERVED_ROUTES) private readonly contracts: AnyRoute[],
  ) {}

  onApplicationBootstrap(): void {
    const problems = mismatches(this.contracts, this.handled(), ({ method, path }) => `${method} ${path}`);
    if (problems.length > 0) throw new Error(`routes: ${problems.join('; ')}`);
  }

  private handled(): AnyRoute[] {
    return this.discovery.getControllers().flatMap(({ instance }) => {
      if (typeof instance !== 'object' || instance === null) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => Reflect.getMetadata(ROUTE, prototype[name] as object) as AnyRoute | undefined)
        .filter((contract) => contract !== undefined);
    });
  }
}

/** One sentence for each contract without exactly one handler, and for each handler whose contract is not listed. */
export function mismatches<T>(contracts: T[], handled: T[], nameOf: (contract: T) => string): string[] {
  const wrongCount = contracts
    .map((contract) => ({ contract, count: handled.filter((other) => other === contract).length }))
    .filter(({ count }) => count !== 1)
    .map(
      ({ contract, count }) => `${nameOf(contract)} has ${count === 0 ? 'no handler' : `${count} handlers`}`,
    );
  const unlisted = handled
    .filter((contract) => !contracts.includes(contract))
    .map((contract) => `${nameOf(contract)} has a handler here but belongs elsewhere`);
  return [...wrongCount, ...unlisted];
}
