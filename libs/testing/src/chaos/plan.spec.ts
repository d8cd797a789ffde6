import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, parseFaults } from './fault-kinds';
import { planOf, type PlanOptions } from './plan';

const options: PlanOptions = {
  seed: 7,
  ms: 900_000,
  people: 6,
  groups: 3,
  rate: 6,
  kinds: FAULT_KINDS,
  overlap: 1,
};

describe('the plan of a run', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(planOf(options)).toEqual(planOf(options));
    expect(planOf({ ...options, seed: 8 }).acts).not.toEqual(planOf(options).acts);
    expect(planOf({ ...options, seed: 8 }).faults).not.toEqual(planOf(options).faults);
  });

  it('has each kind of fault before any comes again, one at a time and none at the very end', () => {
    const { faults } = planOf(options);
    expect(new Set(faults.slice(0, FAULT_KINDS.length).map(({ kind }) => kind))).toEqual(
      new Set(FAULT_KINDS),
    );
    for (const [index, { at, forMs }] of faults.entries())
      expect(at + forMs).toBeLessThan(faults[index + 1]?.at ?? options.ms - 2_999);
  });

  it('has as many faults at once as it may, and no more', () => {
    const { faults } = planOf({ ...options, overlap: 3 });
    const atOnce = faults.map(
      ({ at }) => faults.filter((other) => other.at <= at && at < other.at + other.forMs).length,
    );
    expect(Math.max(...atOnce)).toBe(3);
    expect(faults.length).toBeGreaterThan(2 * planOf(options).faults.length);
  });

  it('does about as much as was asked for, by people who are there', () => {
    const { acts, groups } = planOf(options);
    expect(acts.length).toBeGreaterThan(5_000);
    expect(acts.length).toBeLessThan(6_500);
    expect(acts.every(({ who }) => who >= 0 && who < options.people)).toBe(true);
    expect(groups).toHaveLength(3);
    for (const members of groups) expect(new Set(members).size).toBe(members.length);
  });

  it('understands names of faults, and what several have in common', () => {
    expect(parseFaults('kill:chat')).toEqual(['kill:chat']);
    expect(parseFaults('kill')).toEqual(FAULT_KINDS.filter((kind) => kind.startsWith('kill:')));
    expect(parseFaults('kill,earthquake')).toBeUndefined();
  });
});
