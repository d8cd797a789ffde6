/** The search knows all changes that are not quite new. */
export function search({ progress, settled }) {
  let settledEv = 0;
  let lastEv = 0;
  return {
    message({ ev, updated_at }) {
      lastEv = Math.max(lastEv, ev);
      if (updated_at <= settled) settledEv = Math.max(settledEv, ev);
    },
    end() {
      const known = progress?.ev ?? 0;
      const repair = { kind: 'search', ev: lastEv };
      if (known > lastEv)
        return [
          {
            problem: 'the search index is of a change that the log does not have',
            detail: `ev ${known}`,
            repair,
          },
        ];
      if (known >= settledEv) return [];
      return [{ problem: 'the search index is behind the log', detail: `ev ${known} of ${lastEv}`, repair }];
    },
  };
}
