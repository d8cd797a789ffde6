import { LOG_CHECKS } from '../log/index.mjs';
import { repairLog } from '../log-repairs.mjs';
import { walk } from '../walk.mjs';

/** The log of each conversation, and all that is derived from it there. */
export const log = {
  store: 'chat',
  titles: LOG_CHECKS,
  async look({ stores: { chat }, settled, report, progress, only }) {
    const { mongo } = await import('mongoose');
    const total = await chat.db.collection('messages').estimatedDocumentCount();
    const looked = await walk(chat.db, {
      settled,
      only: only?.map((id) => new mongo.ObjectId(id)),
      found: (id, problems) =>
        problems.forEach(({ check, problem, detail, repair }) =>
          report({
            check,
            subject: id,
            problem,
            detail,
            repair: repair && (() => repairLog(chat.db, new mongo.ObjectId(id), repair)),
          }),
        ),
      progress: (conversations, messages) =>
        progress(`${conversations} conversations, ${messages} of about ${total} messages`),
    });
    const counts = { sequence: looked.messages, changeNumbers: looked.messages, counters: looked.messages };
    return Object.fromEntries(
      Object.keys(LOG_CHECKS).map((name) => [name, counts[name] ?? looked.conversations]),
    );
  },
};
