import type { SecurityEventFilter } from './security-event';

const CONDITIONS = {
  kind: 'kind = $',
  userId: 'user_id = $',
  actorId: 'actor_id = $',
  from: 'at >= $',
  to: 'at < $',
} as const satisfies Record<keyof SecurityEventFilter, string>;

/** Only the conditions that are asked for, so that each has its index: by_user, by_kind, by_actor, by_time. */
export function listStatement(
  filter: SecurityEventFilter,
  before: string | null,
  limit: number,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions = ['true'];
  for (const name of Object.keys(CONDITIONS) as (keyof SecurityEventFilter)[]) {
    if (filter[name] !== undefined) conditions.push(`${CONDITIONS[name]}${values.push(filter[name])}`);
  }
  if (before !== null) conditions.push(`event_id < $${values.push(before)}`);
  const text = `SELECT event_id, kind, user_id, actor_id, address, user_agent, details, at
    FROM security_events WHERE ${conditions.join(' AND ')}
    ORDER BY event_id DESC LIMIT $${values.push(limit)}`;
  return { text, values };
}
