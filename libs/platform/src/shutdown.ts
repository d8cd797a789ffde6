import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { HealthRegistry } from './health/health';
import { Logger } from './logging/logger';

/**
 * What stops when, so that nothing accepted is lost: first nothing new comes in, then what is in flight ends
 * (lanes, relay, consumers), then sockets are told and closed; stores go last, after the HTTP server.
 */
export const SHUTDOWN_PHASES = [
  'stop-accepting',
  'finish-work',
  'flush-events',
  'close-sockets',
  'close-stores',
] as const;
export type ShutdownPhase = (typeof SHUTDOWN_PHASES)[number];

type Step = { phase: ShutdownPhase; name: string; run: () => Promise<void> };

@Injectable()
export class Shutdown implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly steps: Step[] = [];

  constructor(
    private readonly health: HealthRegistry,
    private readonly logger: Logger,
  ) {}

  register(phase: ShutdownPhase, name: string, run: () => Promise<void>): void {
    this.steps.push({ phase, name, run });
  }

  /** Nest calls this while everything still runs. */
  async beforeApplicationShutdown(): Promise<void> {
    this.health.drain();
    for (const phase of SHUTDOWN_PHASES.slice(0, -1)) await this.runPhase(phase);
  }

  /** Nest calls this when the HTTP server is closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.runPhase('close-stores');
  }

  private async runPhase(phase: ShutdownPhase): Promise<void> {
    const steps = this.steps.filter((step) => step.phase === phase);
    await Promise.all(
      steps.map(async ({ name, run }) => {
        try {
          await run();
        } catch (error) {
          this.logger.error(
            `shutdown step ${phase}/${name} failed`,
            error instanceof Error ? error : { error },
          );
        }
      }),
    );
  }
}
