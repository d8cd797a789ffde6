import { setTimeout as delay } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { killInTurn } from '../arena';
import { copiesOf } from '../judge';
import { meet, talkWhile } from '../talk';
import { KILLS, WRITTEN, type Trial } from './trial';

const GROUPS = 4;
const MEMBERS = 3;
const PAUSE_MS = 50;
/** Longer than any pause between two retries: what has not come by then does not come. */
const QUIET_MS = 40_000;
const POLL_MS = 500;

export const emit: Trial = {
  title: 'Notifications, while RabbitMQ is killed five times',
  naive: 'stock `emit` and `@EventPattern`: the confirm is not awaited, `noAck`, messages are not persistent',
  designs: { emit: 1, 'emit-notifications': 1 },
  broken: ['lost', 'doubled'],
  async run(arena, progress) {
    const people = await meet(arena, { people: GROUPS * MEMBERS, groups: GROUPS });
    const acked = await talkWhile(people, PAUSE_MS, killInTurn(arena, 'rabbitmq', KILLS, progress));
    people.senders.forEach((sender) => sender.close());
    const chat = await mongo.MongoClient.connect(arena.chatDbUrl);
    const bell = await mongo.MongoClient.connect(arena.notificationDbUrl);
    const notifications = bell.db().collection<{ message_id: string; user_id: number }>('notifications');
    const due = (MEMBERS - 1) * (await chat.db().collection('messages').countDocuments(WRITTEN));
    await untilQuiet(due, () => notifications.countDocuments({ type: 'message' }), progress);
    const rows = await notifications.find({ type: 'message' }).toArray();
    await Promise.all([chat.close(), bell.close()]);
    const { different, again } = copiesOf(rows.map((row) => `${row.message_id} ${row.user_id}`));
    return { 'sends acked': acked, 'notifications due': due, lost: due - different, doubled: again };
  },
};

/** Resolves when all is there, or when nothing more comes. */
async function untilQuiet(
  wanted: number,
  count: () => Promise<number>,
  progress: (text: string) => void,
): Promise<void> {
  let [last, since] = [-1, performance.now()];
  while (last < wanted && performance.now() - since < QUIET_MS) {
    const now = await count();
    if (now !== last) [last, since] = [now, performance.now()];
    progress(`${now} of ${wanted} notifications`);
    await delay(POLL_MS);
  }
}
