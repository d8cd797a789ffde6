import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const libs = ['contracts', 'platform', 'realtime', 'messaging', 'testing'];

/** The tiers of the suite mirror the tree: rules beside their source, apps against real stores, stories across processes. */
const tier = (name: string, include: string[], extra: object = {}) => ({
  extends: true as const,
  test: { name, include, ...extra },
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
      // They wait more than they compute: two at a time also where there are two cores.
      tier('unit', ['{apps,libs,tools}/**/*.spec.ts'], { maxWorkers: 2 }),
      // The files of a worker share what they import: loading it anew for each of them took a third of the time.
      tier('e2e', ['{apps,libs}/**/test/**/*.e2e-spec.ts'], { maxWorkers: 2, isolate: false }),
      // After the others: one whole system at a time has the cores and the broker to itself.
      tier('journeys', ['test/**/*.journey-spec.ts'], {
        maxWorkers: 1,
        testTimeout: 60_000,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
