import { badRequest, MAX_CURSORS, type CursorDto } from '@app/contracts';

/** From a query string, whose form the contract has checked. */
export function toCursors(text: string): CursorDto[] {
  const cursors = text.split(',').filter((cursor) => cursor !== '');
  if (cursors.length > MAX_CURSORS) throw badRequest('cursors', `must be at most ${MAX_CURSORS}`);
  return cursors.map((cursor) => {
    const [conversationId = '', ev] = cursor.split(':');
    return { conversationId, ...(ev !== undefined && { ev: Number(ev) }) };
  });
}
