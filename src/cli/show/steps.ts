import type { OnboardingView } from '../../client/view';
import type { OnboardingStatus, StepStatus } from '../../contract/status';
import { STEP_TABLE, type Step } from '../../contract/steps';
import { listed, platformName } from '../../words';
import type { Paint } from './paint';
import { clean } from './text';

type Style = Parameters<Paint>[0];

/** A step in human words. The one that waits for the customer names the platforms that are still to be connected. */
export function labelOf(step: Step, { status }: Pick<OnboardingView, 'status'>): string {
  const platforms = step === 'social' ? platformsAsked(status?.connect ?? null) : [];
  return platforms.length === 0 ? STEP_TABLE[step].label : `Connect ${clean(listed(platforms.map(platformName)))}`;
}

const platformsAsked = (connect: OnboardingStatus['connect']): string[] => [
  ...new Set((connect ?? []).filter(({ connected }) => !connected).map(({ platform }) => platform)),
];

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const SPIN_MS = 100;

/** The sign before a step and how it is painted. `turning`: the time that turns the spinner; `null` where it stands. */
export function iconOf({ step, state }: StepStatus, turning: number | null): [string, Style] {
  switch (state) {
    case 'pending':
      return ['○', 'dim'];
    case 'running':
      return spinner(turning);
    case 'waiting':
      switch (STEP_TABLE[step].waitsOn) {
        case 'job':
          return spinner(turning);
        case 'reviewer':
          return ['⏸', 'yellow'];
        default:
          return ['◌', 'yellow'];
      }
    case 'blocked':
    case 'failed':
      return ['✖', 'red'];
    case 'done':
      return ['✔', 'green'];
    case 'skipped':
      return ['–', 'dim'];
  }
}

const spinner = (turning: number | null): [string, Style] => [
  turning === null ? '▸' : (SPINNER[Math.floor(turning / SPIN_MS) % SPINNER.length] ?? '▸'),
  'cyan',
];
