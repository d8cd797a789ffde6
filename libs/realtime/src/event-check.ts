import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ClientEvent } from '@app/contracts';
import { mismatches } from '@app/platform';
import { EVENT } from './gateway.decorators';
import { REALTIME_OPTIONS, type RealtimeOptions } from './realtime.options';

type AnyClientEvent = ClientEvent<never>;

/** Refuses to start when a client event of the namespace has no handler or two, or a handler's event is not of the namespace. */
@Injectable()
export class EventCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(REALTIME_OPTIONS) private readonly options: RealtimeOptions,
  ) {}

  onApplicationBootstrap(): void {
    const { name, client } = this.options.namespace;
    const problems = mismatches(client, this.handled(), (contract) => contract.name);
    if (problems.length > 0) throw new Error(`namespace ${name}: ${problems.join('; ')}`);
  }

  private handled(): AnyClientEvent[] {
    return this.discovery.getProviders().flatMap(({ instance }) => {
      if (typeof instance !== 'object' || instance === null) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, object> | null;
      if (prototype === null) return [];
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => Reflect.getMetadata(EVENT, prototype[name] as object) as AnyClientEvent | undefined)
        .filter((contract) => contract !== undefined);
    });
  }
}
