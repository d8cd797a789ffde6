import type { Evidence, Violation } from './evidence';
import { violation } from './log-checks';

/** Nobody hears of a conversation what happened while they were not in it. */
export function isolation(evidence: Evidence): Violation[] {
  const violations: Violation[] = [];
  for (const { event, conversationId, who, ev } of evidence.of('heard'))
    if (!evidence.mayHear(conversationId, who, ev))
      violations.push(
        violation('C7', `${who} heard ${event} ${ev} of ${conversationId}, not being a member`),
      );
  return violations;
}

/** Every member but the sender has one notification of each message, everybody who was brought in has one of that; no others. */
export function notifications(evidence: Evidence): Violation[] {
  const { found, unread, doubleReactions } = storedNotifications(evidence);
  const violations: Violation[] = [];
  const compare = (about: string, userId: number, wanted: number, got: number) => {
    if (wanted !== got)
      violations.push(violation('C6', `${got} notifications of ${about} ${userId}, not ${wanted}`));
  };
  for (const [about, wanted] of expectedNotifications(evidence)) {
    const got = found.get(about);
    for (const [userId, count] of wanted) {
      compare(about, userId, count, got?.get(userId) ?? 0);
      got?.delete(userId);
    }
  }
  // What is left is about nothing that they had to be told of.
  for (const [about, got] of found) for (const [userId, count] of got) compare(about, userId, 0, count);
  for (const { who, count } of evidence.of('badge'))
    if (count !== (unread.get(who) ?? 0))
      violations.push(
        violation('C6', `${who} is told of ${count} unread, ${unread.get(who) ?? 0} are stored`),
      );
  for (const about of doubleReactions)
    violations.push(violation('C6', `more than one notification of the reaction to ${about}`));
  return [...violations, ...doublePushes(evidence)];
}

/** A message, or a conversation to which somebody was brought, with the number that each user must have of it. */
export function* expectedNotifications(evidence: Evidence): Generator<[string, ReadonlyMap<number, number>]> {
  yield* evidence.invitations();
  for (const { conversationId, messageId, type, senderId, evs } of evidence.messages.values()) {
    if (type === 'system') continue;
    const recipients = evidence.membersAt(conversationId, Math.min(...evs)).filter((id) => id !== senderId);
    yield [messageId, new Map(recipients.map((id) => [id, 1]))];
  }
}

/** How many there are of each message or invitation for each user, and how many of each user's are unread. */
function storedNotifications(evidence: Evidence) {
  const found = new Map<string, Map<number, number>>();
  const unread = new Map<number, number>();
  const reactions = new Set<string>();
  const doubleReactions: string[] = [];
  for (const { type, userId, messageId, conversationId, isRead, reactorId } of evidence.of('notification')) {
    if (!isRead) unread.set(userId, (unread.get(userId) ?? 0) + 1);
    // Whether somebody has reacted in the end is not asked; once for each who may have.
    if (reactorId !== undefined) {
      const about = `${messageId} by ${reactorId} for ${userId}`;
      if (reactions.has(about)) doubleReactions.push(about);
      reactions.add(about);
      continue;
    }
    const about = type === 'message' ? String(messageId) : conversationId;
    const ofOne = found.get(about) ?? new Map<number, number>();
    found.set(about, ofOne.set(userId, (ofOne.get(userId) ?? 0) + 1));
  }
  return { found, unread, doubleReactions };
}

function doublePushes(evidence: Evidence): Violation[] {
  const connections = new Map<string, Set<string>>();
  const violations: Violation[] = [];
  for (const { who, connection, notificationId } of evidence.of('pushed')) {
    const key = `${who} ${connection}`;
    const seen = connections.get(key) ?? new Set<string>();
    if (seen.has(notificationId))
      violations.push(violation('C6', `${who} was told twice of ${notificationId}`));
    connections.set(key, seen.add(notificationId));
  }
  return violations;
}
