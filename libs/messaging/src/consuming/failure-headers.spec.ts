import { describe, expect, it } from 'vitest';
import { ATTEMPT_HEADER, ERROR_HEADER, failed, FAILED_AT_HEADER, redriven } from './failure-headers';

describe('the headers of a failed event', () => {
  it('tell what happened, and nothing of it after it was redriven', () => {
    const once = failed({ v: 1, 'x-death': [{ queue: 'q' }], 'x-first-death-reason': 'rejected' }, 1, 'no');
    expect(once).toMatchObject({ v: 1, [ATTEMPT_HEADER]: 2, [ERROR_HEADER]: 'no' });
    expect(Date.parse(String(once[FAILED_AT_HEADER]))).toBeGreaterThan(0);
    const delivered = { ...failed(once, 2, 'still no'), 'x-delivery-count': 3 };
    expect(redriven(delivered)).toEqual({ v: 1, 'x-redriven': 1 });
    expect(redriven(failed(redriven(delivered), 1, 'no'))).toEqual({ v: 1, 'x-redriven': 2 });
  });
});
