import fc from 'fast-check';
import { onboardingWorkflowId } from '../../src';

const ORG = 'org_9cb94a54-0000-4000-8000-00000000da7c';

test.each([
  ['acme-coffee', undefined, 'onboard-acme-coffee'],
  ['acme', 'org_shop', 'onboard-org_shop-acme'],
  ['east-1', 'org_shop', 'onboard-org_shop-east-1'],
  ['acme', ORG, `onboard-${ORG}-acme`],
  ['-acme', undefined, 'onboard--acme'],
])('%s of %s: the ids, joined', (customer, organization, id) => {
  expect(onboardingWorkflowId(customer, organization)).toBe(id);
});

/** Ids that are made of what the rule looks at meet sooner than random ones. */
const piece = fc.constantFrom('org_', '-', '--', 'a', '1', '7', 'shop', 'east', ORG, ORG.slice(0, 12), '-0-', '-3-');
const id = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
const pair = fc.tuple(id, fc.option(id, { nil: undefined }));

test('two pairs of organization and customer never share a workflow id', () => {
  const known = new Map<string, string>();
  fc.assert(
    fc.property(pair, ([customer, organization]) => {
      const made = JSON.stringify([organization ?? null, customer]);
      const workflowId = onboardingWorkflowId(customer, organization);
      expect(known.get(workflowId) ?? made).toBe(made);
      known.set(workflowId, made);
    }),
    { numRuns: 20_000 },
  );
  expect(onboardingWorkflowId('1', 'org_shop-east')).not.toBe(onboardingWorkflowId('east-1', 'org_shop'));
});
