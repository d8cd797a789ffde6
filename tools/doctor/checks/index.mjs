import { clientIds } from './client-ids.mjs';
import { chatIndexes, notificationIndexes } from './indexes.mjs';
import { log } from './log.mjs';
import { migrations } from './migrations.mjs';
import { notifications } from './notifications.mjs';
import { outbox } from './outbox.mjs';
import { sessions } from './sessions.mjs';
import { userOutbox } from './user-outbox.mjs';

/** In the order in which they are looked at: without the indexes, the others may take long. */
export const CHECKS = [
  chatIndexes,
  notificationIndexes,
  log,
  clientIds,
  outbox,
  notifications,
  migrations,
  userOutbox,
  sessions,
];
