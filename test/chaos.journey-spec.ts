import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const RUN_MS = 300_000;

interface Report {
  seed: number;
  violations: { check: string; what: string }[];
  figures: {
    sends: { said: number; acked: number; unknown: number };
    deliveries: number;
    notifications: number;
    faults: Record<string, number>;
  };
}

/** The report of a run, whatever it finds. */
async function chaos(...options: string[]): Promise<Report> {
  const tool = path.resolve('tools/chaos.mjs');
  const { stdout } = await run(process.execPath, [tool, '--json', ...options], {
    // The run's own stores: what `npm test` provides is not to be disturbed.
    maxBuffer: 64 * 1_024 * 1_024,
  }).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && error.stdout !== '')
      return error as { stdout: string };
    throw error;
  });
  return JSON.parse(stdout) as Report;
}

describe('npm run chaos', () => {
  it(
    'finds nothing lost, doubled or out of order while processes are killed, stopped and restarted',
    async () => {
      const { seed, violations, figures } = await chaos(
        ...['--seed', '5', '--minutes', '0.6', '--people', '8', '--groups', '3'],
        ...[
          '--faults',
          'kill:chat,restart:chat,freeze:chat,kill:gateway,kill:notification,restart:notification',
        ],
      );
      expect(violations).toEqual([]);
      expect(seed).toBe(5);
      // It was a run, and not an empty one.
      expect(figures.sends.acked).toBeGreaterThan(200);
      // Lost with its process, and refused when it was said again: somebody had been removed meanwhile.
      expect(figures.sends.unknown).toBeLessThan(figures.sends.said / 50);
      expect(figures.deliveries).toBeGreaterThan(figures.sends.acked);
      expect(figures.notifications).toBeGreaterThan(figures.sends.acked);
      expect(Object.keys(figures.faults).length).toBeGreaterThanOrEqual(3);
    },
    RUN_MS,
  );

  it(
    'turns red when the services no longer read what they have not heard of',
    async () => {
      const { violations, figures } = await chaos(
        ...['--seed', '1', '--minutes', '0.2', '--people', '8', '--groups', '2', '--rate', '40'],
        ...['--faults', 'none', '--without', 'gap-repair'],
      );
      expect(figures.sends.acked).toBeGreaterThan(50);
      expect(violations.map(({ check }) => check)).toContain('C3');
      expect(violations.map(({ what }) => what).join('\n')).toMatch(
        /heard \d+ to \d+ of \w+ on one connection, without \d/,
      );
    },
    RUN_MS,
  );
});
