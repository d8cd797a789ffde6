import { Counter } from 'prom-client';

/** Named by the reference. `socket`: live connections of this instance. */
export const pushedTotal = new Counter({
  name: 'notifications_pushed_total',
  help: 'Notifications handed to a live connection (socket: sent; offline: nobody of the user is connected here), or tried to be pushed to a device.',
  labelNames: ['transport', 'outcome'],
});
