import fc from 'fast-check';
import { idempotencyKey, intentPath } from '../../src/workflows/effects/idempotencyKey';

const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const workflowId = fc.string({ minLength: 1, maxLength: 200 });
const tries = fc.nat({ max: 50 });

describe('idempotency keys', () => {
  it('idempotency keys are v4 UUIDs, whatever the workflow id', () => {
    fc.assert(
      fc.property(workflowId, tries, (id, n) => V4.test(idempotencyKey(intentPath(id, { step: 'project' }), n))),
    );
  });

  it('idempotency keys are the same for the same intent and differ for another step, item, revision, try or workflow', () => {
    fc.assert(
      fc.property(workflowId, workflowId, tries, (id, other, n) => {
        const content = { step: 'content', item: '730', revision: 0 };
        const key = idempotencyKey(intentPath(id, content), n);
        expect(idempotencyKey(intentPath(id, content), n)).toBe(key);
        const others = [
          idempotencyKey(intentPath(id, content), n + 1),
          idempotencyKey(intentPath(id, { ...content, revision: 1 }), n),
          idempotencyKey(intentPath(id, { ...content, item: '731' }), n),
          idempotencyKey(intentPath(id, { ...content, step: 'schedule' }), n),
          ...(other === id ? [] : [idempotencyKey(intentPath(other, content), n)]),
        ];
        expect(others).not.toContain(key);
        expect(new Set(others).size).toBe(others.length);
      }),
    );
  });

  it('idempotency keys never change: partners may have writes in flight across a release', () => {
    const path = intentPath('onboard-acme-coffee', { step: 'content', item: '730+inf_1', revision: 1 });
    expect(path).toBe('onboard-acme-coffee/content/730+inf_1/r1');
    expect(idempotencyKey(path, 0)).toMatchInlineSnapshot(`"a5067155-82a4-4f07-b483-515b8e726e18"`);
    expect(idempotencyKey(path, 1)).toMatchInlineSnapshot(`"c2b793f1-0a5a-4425-9502-3ca17e2f6db5"`);
  });
});
