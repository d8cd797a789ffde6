import { afterAll, afterEach, beforeAll } from 'vitest';
import { TestSystem, type TestSystemOptions } from './test-system';

const START_TIMEOUT_MS = 120_000;

/** A system for the tests of one file (or one `describe`): started before the first, stopped after the last. */
export function useSystem(options: TestSystemOptions = {}): TestSystem {
  const system = new TestSystem(options);
  afterEach(({ task }) => {
    const complaints = system.newComplaints();
    if (task.result?.state === 'fail' && complaints.length > 0) {
      process.stderr.write(`The services complained during "${task.name}":\n${complaints.join('\n')}\n`);
    }
  });
  beforeAll(() => system.start(), START_TIMEOUT_MS);
  afterAll(() => system.stop(), START_TIMEOUT_MS);
  return system;
}
