import { Controller, Inject, Injectable, Res } from '@nestjs/common';
import { health, healthLive, healthReady, type HealthDto } from '@app/contracts';
import type { Response } from 'express';
import { OpenPage } from '../http/route.decorator';
import { PROCESS_INFO, type ProcessInfo } from '../process-info';

/** Resolves when the dependency serves, rejects with the reason when it does not. Must settle within a second or two. */
export type HealthCheck = () => Promise<void>;

/** Features register what they depend on; readiness is the conjunction. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, { check: HealthCheck; critical: boolean }>();
  private draining = false;

  /** A check that is not critical is reported when it fails, but the process stays ready: it can do its work without. */
  register(name: string, check: HealthCheck, { critical = true }: { critical?: boolean } = {}): void {
    this.checks.set(name, { check, critical });
  }

  /** From now on not ready: the process is on its way out. */
  drain(): void {
    this.draining = true;
  }

  async run(): Promise<{ up: boolean; checks: Record<string, string> }> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, { check, critical }]) => {
        const state = await check().then(() => 'up', describe);
        return { name, state, serves: state === 'up' || !critical };
      }),
    );
    const checks = Object.fromEntries(results.map(({ name, state }) => [name, state]));
    if (this.draining) checks.process = 'draining';
    return { up: !this.draining && results.every(({ serves }) => serves), checks };
  }
}

const describe = (reason: unknown) => (reason instanceof Error ? reason.message : String(reason));

@Controller()
export class HealthController {
  constructor(
    private readonly registry: HealthRegistry,
    @Inject(PROCESS_INFO) private readonly info: ProcessInfo,
  ) {}

  @OpenPage(healthLive.path)
  live(): { ok: true; data: HealthDto } {
    return { ok: true, data: this.report(true, {}) };
  }

  @OpenPage([health.path, healthReady.path])
  async ready(@Res({ passthrough: true }) response: Response): Promise<{ ok: boolean; data: HealthDto }> {
    const { up, checks } = await this.registry.run();
    response.status(up ? 200 : 503);
    return { ok: up, data: this.report(up, checks) };
  }

  private report(up: boolean, checks: Record<string, string>): HealthDto {
    return { service: this.info.service, instance: this.info.instance, status: up ? 'up' : 'down', checks };
  }
}
