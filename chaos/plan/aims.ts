import type { Aim } from './onboarding';
import type { Carrier, Point, StrikeKind } from './points';

const at = (point: Point, ...carriers: Carrier[]): Aim[] => carriers.map((carrier) => ({ point, carrier }));
const EVERYWHERE: readonly Aim[] = [
  ...at('after the effect', 'create', 'upload'),
  ...at('after the answer', 'upload', 'remix'),
  ...at('after the report', 'create', 'upload'),
  ...at('before send', 'find', 'sources'),
  ...at('during a wait', 'job'),
  ...at('during review', 'mint', 'mint'),
];
/**
 * For each strike the aims of a full wave; a smaller one takes some of them, beginning elsewhere every time. Four waves of
 * each kind, which is what 200 onboardings make, meet every point more often than the five times that are to be seen.
 */
export const AIMS: Record<StrikeKind, readonly Aim[]> = {
  'worker killed': EVERYWHERE,
  'worker stopped': EVERYWHERE,
  'server restarted': EVERYWHERE,
  'key rotated': [
    ...at('after the effect', 'upload', 'remix'),
    ...at('after the answer', 'upload', 'remix'),
    ...at('before send', 'find', 'sources'),
    ...at('during a wait', 'job'),
    ...at('during review', 'mint', 'mint'),
  ],
  'history reset': [
    ...at('before send', 'upload', 'remix'),
    ...at('after the effect', 'create', 'remix'),
    ...at('during a wait', 'job', 'job'),
    ...at('during review', 'mint', 'mint'),
  ],
};
