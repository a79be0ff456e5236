import { createLocal } from '../../src/activities/local';
import { inputDigest } from '../../src/input';
import { acmeCoffee } from '../input/acme';

const local = createLocal({ identity: () => ({ apiKeyId: 'key_1', mode: 'sandbox' }), notifies: true });
const now = Date.UTC(2026, 10, 22, 12);
const workflowId = 'onboard-acme-coffee';

describe('local activities', () => {
  it('hand the workflow the plan, the digest and whose key the worker holds', async () => {
    const input = acmeCoffee();
    const result = await local.validateInput({ input, workflowId, now });
    expect(result).toMatchObject({
      valid: {
        mode: 'sandbox',
        apiKeyId: 'key_1',
        digest: inputDigest(input),
        notifies: true,
        plan: { onCancel: 'keep' },
      },
    });
  });

  it('return problems as values', async () => {
    expect(await local.validateInput({ input: { ...acmeCoffee(), extra: 1 }, workflowId, now })).toEqual({
      problems: [{ path: 'extra', message: expect.stringContaining('unknown field') }],
    });
  });

  it('replace the input of a step', async () => {
    const result = await local.replaceStepInput({
      input: acmeCoffee(),
      step: 'source',
      replacement: { keyword: 'tea' },
      workflowId,
      now,
    });
    expect(result).toMatchObject({
      input: { content: { source: { keyword: 'tea' } } },
      plan: { source: { use: 'discover', keyword: 'tea' } },
    });
  });

  it('resolve a time for a decision', async () => {
    const zone = 'Europe/Berlin';
    expect(await local.resolveTime({ at: '2026-12-01T09:00', timezone: zone, now })).toEqual({
      at: '2026-12-01T08:00:00Z',
    });
    expect(await local.resolveTime({ at: '2026-03-29T02:30', timezone: zone, now })).toEqual({
      problems: [{ path: 'at', message: expect.stringContaining('does not exist in Europe/Berlin') }],
    });
  });
});
