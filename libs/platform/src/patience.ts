import { Logger } from '@nestjs/common';
import { isStoreAway } from './http/store-away';

const START_PATIENCE_MS = 45_000;
const BETWEEN_TRIES_MS = 500;

/**
 * What a service needs of a store before it serves: done again while the store is away or too slow, for up to 45 seconds.
 * Then, or for any other reason at once, throws what `work` threw: the process ends, and its supervisor decides.
 */
export async function patiently<T>(work: () => Promise<T>, patienceMs = START_PATIENCE_MS): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isStoreAway(error) || performance.now() > until) throw error;
      Logger.warn(`a store does not answer, trying again: ${reasonOf(error)}`, 'Start');
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  }
}

/** On a method that prepares a store (`onModuleInit`): it may be done again, so it is done `patiently`. */
export function Patient() {
  return (_target: object, _name: string, method: TypedPropertyDescriptor<() => Promise<void>>): void => {
    const work = method.value;
    method.value = function (this: unknown) {
      return patiently(async () => work?.call(this));
    };
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
