import type { Arena, Figures } from '../arena';

/** What a naive design and this system both go through. */
export interface Trial {
  title: string;
  /** What the naive one does. */
  naive: string;
  /** Programs of the naive one, in `designs`, and how many processes of each. */
  designs: Record<string, number>;
  /** Figures that must be 0 where nothing is promised in vain. */
  broken: string[];
  run(arena: Arena, progress: (text: string) => void): Promise<Figures>;
}

/** The messages that people wrote. */
export const WRITTEN = { type: { $ne: 'system' } };
export const KILLS = { times: 5, everyMs: 4_000, downMs: 1_000 };
