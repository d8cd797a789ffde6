import { afterAll, beforeAll } from 'vitest';
import { TestSystem, type TestSystemOptions } from './test-system';

const START_TIMEOUT_MS = 120_000;

/** A system for the tests of one file (or one `describe`): started before the first, stopped after the last. */
export function useSystem(options: TestSystemOptions = {}): TestSystem {
  const system = new TestSystem(options);
  beforeAll(() => system.start(), START_TIMEOUT_MS);
  afterAll(() => system.stop(), START_TIMEOUT_MS);
  return system;
}
