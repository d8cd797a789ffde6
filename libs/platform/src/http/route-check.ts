import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Route } from '@app/contracts';
import { PAGE, ROUTE } from './route.decorator';

export const SERVED_ROUTES = Symbol('served routes');

type AnyRoute = Route<never, never, never>;
/** A method of a controller. */
type Handler = { name: string };

const contractOf = (handler: Handler) => Reflect.getMetadata(ROUTE, handler) as AnyRoute | undefined;

/** Nest serves it, and no table says to whom. */
const isStray = (handler: Handler) =>
  Reflect.hasMetadata(PATH_METADATA, handler) && !contractOf(handler) && !Reflect.hasMetadata(PAGE, handler);

/** Refuses to start when a route contract of this app has no handler or two, a handler has a contract that is not listed, or none at all. */
@Injectable()
export class RouteCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(SERVED_ROUTES) private readonly contracts: AnyRoute[],
  ) {}

  onApplicationBootstrap(): void {
    const handlers = this.handlers();
    const handled = handlers.map(contractOf).filter((contract) => contract !== undefined);
    const problems = [
      ...mismatches(this.contracts, handled, ({ method, path }) => `${method} ${path}`),
      ...handlers
        .filter(isStray)
        .map(({ name }) => `${name} is a route without a contract: anybody may call it`),
    ];
    if (problems.length > 0) throw new Error(`routes: ${problems.join('; ')}`);
  }

  private handlers(): Handler[] {
    return this.discovery.getControllers().flatMap(({ instance }) => {
      if (typeof instance !== 'object' || instance === null) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, Handler>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => prototype[name] ?? []);
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
