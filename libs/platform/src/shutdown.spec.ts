import { afterEach, describe, expect, it, vi } from 'vitest';
import { HealthRegistry } from './health/health';
import { Logger } from './logging/logger';
import { Shutdown, SHUTDOWN_PHASES } from './shutdown';

function prepare() {
  const health = new HealthRegistry();
  const logger = Logger.create({ service: 'test', instance: 'test-1', level: 'silent' });
  return { health, shutdown: new Shutdown(health, logger), log: [] as string[] };
}

/** What a process has from SIGTERM to its exit, less what it takes to say so. */
const ALL_OF_IT_MS = 9_500;

afterEach(() => vi.useRealTimers());

describe('a shutdown', () => {
  it('is over in time although steps of each phase never end, and all others are done', async () => {
    vi.useFakeTimers();
    const { shutdown, log } = prepare();
    for (const phase of SHUTDOWN_PHASES) {
      shutdown.register(phase, 'hangs', () => new Promise(() => undefined));
      shutdown.register(phase, 'works', () => Promise.resolve(void log.push(phase)));
    }
    const over = shutdown.beforeApplicationShutdown().then(() => shutdown.onApplicationShutdown());
    await vi.advanceTimersByTimeAsync(ALL_OF_IT_MS);
    expect(log).toEqual(SHUTDOWN_PHASES);
    await over;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs its phases one after the other, in whatever order they were registered', async () => {
    const { shutdown, log } = prepare();
    for (const phase of [...SHUTDOWN_PHASES].reverse()) {
      shutdown.register(phase, 'slow', async () => {
        log.push(`${phase} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`${phase} ends`);
      });
    }
    await shutdown.beforeApplicationShutdown();
    const early = SHUTDOWN_PHASES.slice(0, -1).flatMap((phase) => [`${phase} begins`, `${phase} ends`]);
    expect(log).toEqual(early);
    await shutdown.onApplicationShutdown();
    expect(log).toEqual([...early, 'close-stores begins', 'close-stores ends']);
  });

  it('runs the steps of a phase side by side', async () => {
    const { shutdown, log } = prepare();
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    shutdown.register('finish-work', 'waits', async () => {
      await released;
      log.push('waited');
    });
    shutdown.register('finish-work', 'releases', () => {
      release();
      return Promise.resolve();
    });
    await shutdown.beforeApplicationShutdown();
    expect(log).toEqual(['waited']);
  });

  it('goes on after a step that fails, in its phase and after it', async () => {
    const { shutdown, log } = prepare();
    shutdown.register('finish-work', 'rejects', () => Promise.reject(new Error('broken')));
    shutdown.register('finish-work', 'throws', () => {
      throw new Error('broken');
    });
    for (const phase of ['finish-work', 'close-sockets', 'close-stores'] as const) {
      shutdown.register(phase, 'works', () => Promise.resolve(void log.push(phase)));
    }
    await shutdown.beforeApplicationShutdown();
    await shutdown.onApplicationShutdown();
    expect(log).toEqual(['finish-work', 'close-sockets', 'close-stores']);
  });

  it('says first of all that the process is not ready any more', async () => {
    const { shutdown, health, log } = prepare();
    shutdown.register('stop-accepting', 'looks', async () => {
      const { up, checks } = await health.run();
      log.push(`${up} ${checks.process ?? ''}`);
    });
    expect((await health.run()).up).toBe(true);
    await shutdown.beforeApplicationShutdown();
    expect(log).toEqual(['false draining']);
  });
});
