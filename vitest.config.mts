import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const libs = ['contracts', 'platform', 'realtime', 'messaging', 'mongodb', 'testing'];

/** They measure how quick something is: after all others, with the cores to themselves. */
const ALONE = ['revocation', 'slow-readers'].map((name) => `test/${name}.journey-spec.ts`);
/** Without, as with a broker that the environment names, systems share exchange and queues: one at a time. */
const HAS_VIRTUAL_HOSTS = Boolean(process.env.RABBITMQ_MANAGEMENT_URL);
const JOURNEY_TIMEOUT_MS = 120_000;

/**
 * The tiers of the suite mirror the tree: rules beside their source, apps against real stores, stories across processes.
 * Their files wait more than they compute: two at a time also where there are two cores. The files of a worker share
 * what they import: loading it anew for each of them took a third of the time.
 */
const tier = (name: string, include: string[], extra: object = {}) => ({
  extends: true as const,
  test: { name, include, maxWorkers: 2, isolate: false, ...extra },
});

export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' } })],
  resolve: {
    alias: libs.map((lib) => ({
      find: `@app/${lib}`,
      replacement: `${import.meta.dirname}/libs/${lib}/src/index.ts`,
    })),
  },
  test: {
    environment: 'node',
    setupFiles: ['reflect-metadata'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      tier('unit', ['{apps,libs}/**/*.spec.ts']),
      // These load the build, too, and a process has each metric once.
      tier('tools', ['tools/**/*.spec.ts'], { isolate: true }),
      tier('e2e', ['{apps,libs}/**/test/**/*.e2e-spec.ts']),
      tier('journeys', ['test/**/*.journey-spec.ts'], {
        ...{ exclude: ALONE, testTimeout: JOURNEY_TIMEOUT_MS },
        ...(HAS_VIRTUAL_HOSTS ? {} : { maxWorkers: 1, sequence: { groupOrder: 1 } }),
      }),
      tier('journeys-alone', ALONE, {
        ...{ maxWorkers: 1, testTimeout: JOURNEY_TIMEOUT_MS },
        sequence: { groupOrder: 2 },
      }),
    ],
  },
});
