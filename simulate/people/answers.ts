import type { ResolveStepArgs } from '../../src/contract/messages';
import type { Blocked } from '../../src/contract/status';
import { morning } from '../plan/inputs';
import type { Onboarding } from './onboarding';

export type Answer = Pick<ResolveStepArgs, 'action' | 'input'>;

/** So often the first idea is tried, before another one is. */
const FIRST_IDEA = 2;
/** A post whose time is over goes out so many days later. */
const DAYS_LATER = 3;
const RETRY: Answer = { action: 'retry' };

/** How an operator answers a block that was answered so many times before: what is in vain is answered otherwise. */
export function answerTo(onboarding: Onboarding, blocked: Blocked, times: number): Answer {
  const { plan, isSecondCourse } = onboarding;
  const input = inputFor(onboarding, blocked, times);
  const withInput = input === null ? null : { ...RETRY, input };
  // Nothing else helps where the time is over, or where there is nothing to post to.
  if (blocked.code === 'TimePassed') return withInput ?? RETRY;
  const skip = blocked.actions.includes('skip') && !isSecondCourse ? ({ action: 'skip' } as const) : null;
  if (blocked.code === 'NoAccount') return skip ?? RETRY;
  const first = { retry: RETRY, input: withInput ?? RETRY, skip: skip ?? RETRY }[plan.answer];
  if (times < FIRST_IDEA) return first;
  return [RETRY, withInput ?? RETRY, skip ?? withInput ?? RETRY][times % 3]!;
}

/** New input as an operator would give it; `null` where the step takes none that could help. */
function inputFor({ plan, around }: Onboarding, { step, item, code }: Blocked, times: number): unknown {
  const { customer, account, accountId } = plan;
  switch (step) {
    case 'project':
      return { tagline: `Coffee that shows up before you run out, ${times + 1}.` };
    case 'media':
      return item === undefined ? null : { url: `https://cdn.acmecoffee.com/${customer}/again-${times}.png` };
    case 'influencer':
      return { create: { gender: 'female' } };
    case 'social':
      return account === 'named' ? { socialAccountIds: [accountId] } : { connect: [{ platform: 'tiktok' }] };
    case 'source':
      return { keyword: `cold brew ${times + 1}` };
    case 'content':
      return { tiktokVideoId: `73012345678901234${10 + times}` };
    case 'schedule':
      return code === 'TimePassed' ? { at: morning(around.clock.now, DAYS_LATER) } : null;
    case 'validate':
    case 'keywords':
    case 'review':
      return null;
  }
}
