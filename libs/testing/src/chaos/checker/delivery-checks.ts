import type { Evidence, Violation } from './evidence';
import { violation } from './log-checks';

/** Nobody hears of a conversation what happened while they were not in it. */
export function isolation(evidence: Evidence): Violation[] {
  return evidence
    .of('heard')
    .filter(({ conversationId, who, ev }) => !evidence.mayHear(conversationId, who, ev))
    .map(({ event, conversationId, who, ev }) =>
      violation('C7', `${who} heard ${event} ${ev} of ${conversationId}, not being a member`),
    );
}

/** Every member but the sender has one notification of each message, everybody who was brought in has one of that; no others. */
export function notifications(evidence: Evidence): Violation[] {
  const expected = expectedNotifications(evidence);
  const found = new Map<string, number>();
  const unread = new Map<number, number>();
  const violations: Violation[] = [];
  for (const { type, userId, messageId, conversationId, isRead } of evidence.of('notification')) {
    const key = type === 'message' ? `${messageId} ${userId}` : `${conversationId} ${userId}`;
    found.set(key, (found.get(key) ?? 0) + 1);
    if (!isRead) unread.set(userId, (unread.get(userId) ?? 0) + 1);
  }
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const [wanted, got] = [expected.get(key) ?? 0, found.get(key) ?? 0];
    if (wanted !== got) violations.push(violation('C6', `${got} notifications of ${key}, not ${wanted}`));
  }
  for (const { who, count } of evidence.of('badge'))
    if (count !== (unread.get(who) ?? 0))
      violations.push(
        violation('C6', `${who} is told of ${count} unread, ${unread.get(who) ?? 0} are stored`),
      );
  return [...violations, ...doublePushes(evidence)];
}

/** `<message> <user>` or `<conversation> <user>` → how many there must be. */
export function expectedNotifications(evidence: Evidence): Map<string, number> {
  const expected = new Map(evidence.invitations());
  for (const { conversationId, messageId, type, senderId, evs } of evidence.messages.values()) {
    if (type === 'system') continue;
    for (const id of evidence.membersAt(conversationId, Math.min(...evs)))
      if (id !== senderId) expected.set(`${messageId} ${id}`, 1);
  }
  return expected;
}

function doublePushes(evidence: Evidence): Violation[] {
  const seen = new Set<string>();
  return evidence.of('pushed').flatMap(({ who, connection, notificationId }) => {
    const key = `${who} ${connection} ${notificationId}`;
    if (seen.has(key)) return [violation('C6', `${who} was told twice of ${notificationId}`)];
    seen.add(key);
    return [];
  });
}
