import { fromDist } from '../../lib/dist.mjs';
import { whyStuck } from '../why-stuck.mjs';

const PAGE = 1_000;

/** What is to be told of users has been told, or is a few seconds old. */
export const userOutbox = {
  store: 'postgres',
  titles: { userOutbox: 'events of users have gone out' },
  async look({ stores: { postgres }, settled, report, environment }) {
    const { integrationEvents } = fromDist('libs/contracts/src/index.js');
    const known = new Set(integrationEvents.map(({ name }) => name));
    let looked = 0;
    for (let after = '0'; ;) {
      const rows = await postgres.manager.query(
        `SELECT position, event_id, type, at FROM outbox WHERE position > $1 AND at < $2 ORDER BY position LIMIT $3`,
        [after, settled, PAGE],
      );
      for (const { event_id, type, at } of rows) {
        const detail = known.has(type)
          ? await whyStuck(environment, 'user', type)
          : 'no event of this name is known: nobody will publish it';
        const problem = `${type} waits since ${at.toISOString()}`;
        report({ check: 'userOutbox', subject: event_id, problem, detail });
      }
      looked += rows.length;
      if (rows.length < PAGE) return { userOutbox: looked };
      after = rows.at(-1).position;
    }
  },
};
