const duplicateKeyCode = 11000;

// 4.0 has no keyPattern: "E11000 duplicate key error collection: chat.messages index: <name> dup key: { … }".
// Anchored at the start: the key at the end holds text of clients.
const indexInMessage = /^E11000 duplicate key error collection: \S+ index: (\S+) dup key/;

/** The name of the violated unique index, '' when the text does not tell, undefined for any other failure. */
export function duplicateKeyIndex(code: unknown, message: string): string | undefined {
  if (code !== duplicateKeyCode) return undefined;
  return indexInMessage.exec(message)?.[1] ?? '';
}
