import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { HealthRegistry } from './health/health';
import { Logger } from './logging/logger';

/**
 * What stops when, so that nothing accepted is lost: first nothing new comes in, then what is in flight ends
 * (lanes, relay, consumers), then sockets are told and closed; stores go last, after the HTTP server.
 * And for how long each may take, in milliseconds: a store that does not answer must not keep the process. What is then
 * not done is what the next process finds in the stores. Together below the time that a process has for all of it.
 */
const PHASES = {
  'stop-accepting': 800,
  'finish-work': 3_600,
  'flush-events': 2_500,
  'close-sockets': 1_600,
  'close-stores': 700,
} as const;
export type ShutdownPhase = keyof typeof PHASES;
export const SHUTDOWN_PHASES = Object.keys(PHASES) as ShutdownPhase[];

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
          await within(PHASES[phase], run);
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

async function within(ms: number, run: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`given up after ${ms} ms`)), ms);
  });
  try {
    await Promise.race([run(), expired]);
  } finally {
    clearTimeout(timer);
  }
}
