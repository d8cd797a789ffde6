import { activity } from './activity.mjs';
import { changeNumbers } from './change-numbers.mjs';
import { Changes } from './changes.mjs';
import { counters } from './counters.mjs';
import { memberships } from './memberships.mjs';
import { projection } from './projection.mjs';
import { receipts } from './receipts.mjs';
import { search } from './search.mjs';
import { sequence } from './sequence.mjs';

/** What is looked at in each conversation, all in one walk through its messages. */
const CHECKS = { sequence, changeNumbers, counters, projection, memberships, activity, receipts, search };

/** While these find something, or it is in doubt who was there from the beginning, nothing is derived: it could be wrong, too. */
const OF_THE_LOG = ['sequence', 'changeNumbers', 'counters'];

/** @type {Record<string, string>} */
export const LOG_CHECKS = {
  sequence: 'messages are numbered 1, 2, 3, …',
  changeNumbers: 'changes are numbered 1, 2, 3, …',
  counters: 'what messages say of their conversation',
  projection: 'documents of conversations are what the log says',
  memberships: 'memberships are what the log says',
  activity: 'lists know the last messages',
  receipts: 'unread numbers add up',
  search: 'the search knows what was said',
};

/** Looks at one conversation: see index.d.mts. */
export function examination(place) {
  const changes = new Changes();
  const checks = Object.entries(CHECKS).map(([check, begin]) => ({ check, ...begin(place, changes) }));
  return {
    message(message) {
      changes.add(message);
      for (const check of checks) check.message(message);
    },
    end() {
      const problems = checks.flatMap(({ check, end }) => end().map((problem) => ({ check, ...problem })));
      const isDoubtful = problems.some((problem) => OF_THE_LOG.includes(problem.check) || problem.isDoubtful);
      return isDoubtful ? problems.map(({ repair: _, ...problem }) => problem) : problems;
    },
  };
}
