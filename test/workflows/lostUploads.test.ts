import type { WorkflowHandle } from '@temporalio/client';
import { textOf } from '../../chaos/judge/timeline';
import type { OnboardingInput } from '../../src/contract/input';
import type { Rule } from '../../src/sandbox';
import { effects, requests, until, withStack } from '../support/environment';
import { acmeCoffee } from '../support/inputs';
import { approve, skip } from '../support/people';
import { statusOf, untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, partner, quickest } from '../support/steering';

const UPLOAD = { method: 'POST', path: '/app-media$' };
const LOST: Rule = { match: UPLOAD, action: { kind: 'close', when: 'after' } };
const LOGO = { kind: 'logo', url: 'https://cdn.acmecoffee.com/brand/logo-512.png' } as const;
const LOOK = { what: 'look for media whose upload got no answer', done: true };

/** Media cost and publish nothing, so they stay; but what an upload without an answer has stored is known at the end. */
describe('an upload without an answer', () => {
  const stack = withStack();

  const media = (input: OnboardingInput): string[] =>
    effects(stack.sandbox, 'media.created', customerOf(input)).map(({ id }) => id);
  const lists = (projectId: string): number =>
    requests(stack.sandbox, 'GET', new RegExp(`^/v1/projects/${projectId}/app-media`)).length;

  async function cancelled(handle: WorkflowHandle): Promise<{ cleanup: object[]; notes: string[]; history: string }> {
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    const { cleanup, notes } = await statusOf(handle);
    return { cleanup, notes, history: textOf(await handle.fetchHistory()) };
  }

  it.concurrent('is looked for at a cancel, and named', async () => {
    const input = quickest({ appMedia: acmeCoffee().appMedia! });
    await bend(stack.sandbox, customerOf(input), LOST);
    const handle = await stack.start(input);
    await until(async () => media(input).length === 3);
    const { cleanup, notes, history } = await cancelled(handle);
    expect(cleanup).toContainEqual(LOOK);
    for (const id of media(input)) {
      expect(history).toContain(id);
      expect(notes.join('\n')).toContain(`is there, as ${id}.`);
    }
    expect(lists((await statusOf(handle)).ids.projectId!)).toBe(1);
  });

  it.concurrent('that never took effect is looked for, and not named', async () => {
    const input = quickest({ appMedia: [LOGO] });
    await bend(stack.sandbox, customerOf(input), { match: UPLOAD, action: { kind: 'close', when: 'before' } });
    const handle = await stack.start(input);
    await until(async () =>
      requests(stack.sandbox, 'POST', /app-media$/).some(
        ({ path, wire }) => wire === 'closed' && path.includes(projectOf(input) ?? '?'),
      ),
    );
    const { cleanup, notes } = await cancelled(handle);
    expect(cleanup).toContainEqual(LOOK);
    expect(notes).toEqual([]);
    expect(media(input)).toEqual([]);
  });

  it.concurrent('is looked for also where an operator has left it out', async () => {
    const input = quickest({ appMedia: [LOGO] });
    await bend(stack.sandbox, customerOf(input), {
      match: UPLOAD,
      action: { kind: 'raw', when: 'after', status: 201, body: '{"ok":true}' },
    });
    const handle = await stack.start(input);
    await untilBlocked(handle, 'media');
    await skip(handle, 'media', 'not needed');
    await approve(handle);
    await handle.result();
    const { cleanup, notes } = await statusOf(handle);
    expect(cleanup).toEqual([LOOK]);
    expect(notes).toEqual([`Media: the logo ${LOGO.url} is there, as ${media(input)[0]}.`]);
  });

  it.concurrent('that may be a copy under another address is named as such', async () => {
    const shot = { kind: 'screenshot', url: 'https://cdn.acmecoffee.com/product/home.png' } as const;
    const input = quickest({ appMedia: [shot] });
    await bend(stack.sandbox, customerOf(input), {
      match: { ...UPLOAD, body: 'home.png' },
      action: { kind: 'close', when: 'before' },
    });
    const handle = await stack.start(input);
    const { ids } = await untilStep(handle, 'media', 'running');
    const body = { kind: 'screenshot', url: 'https://cdn.acmecoffee.com/other.png' };
    const other = await partner(stack.sandbox, 'POST', `/v1/projects/${ids.projectId}/app-media`, body);
    await until(async () =>
      requests(stack.sandbox, 'POST', /app-media$/).some(
        ({ path, wire }) => wire === 'closed' && path.includes(ids.projectId!),
      ),
    );
    const { notes } = await cancelled(handle);
    expect(notes).toEqual([`Media: the screenshot ${shot.url} may be ${String(other.id)}.`]);
  });

  it.concurrent('costs no read where there is none', async () => {
    const input = quickest({ appMedia: [LOGO] });
    const handle = await stack.start(input);
    const { ids } = await untilReview(handle);
    const { cleanup } = await cancelled(handle);
    expect(cleanup).toEqual([]);
    expect(lists(ids.projectId!)).toBe(0);
  });

  const projectOf = (input: OnboardingInput): string | undefined =>
    effects(stack.sandbox, 'project.created', customerOf(input))[0]?.id;
});
