import { patched } from '@temporalio/workflow';
import type { Flow } from './flow';

/** The values that flow from step to step. All of them are plain JSON, so that a run can hand them to the next one. */

/** The customer's project at Layers. */
export interface Project {
  projectId: string;
  /** Created since this onboarding started, perhaps before a reset; only such a project may be archived. */
  isOurs: boolean;
  /** Created by the request that this run saw the answer of: what is in it, this run has made. */
  isNew: boolean;
}

/** The persona that the posts are made with, ready for use. */
export interface Persona {
  influencerId: string;
  name: string | null;
  /** What it was chosen for: `Wanted.replaced.influencer` of that time. */
  choice: number;
}

/** How far the clocks of Layers and Temporal may be apart. */
export const SKEW_MS = 2_000;

/** The project as soon as it is known, also to clean-up. */
export const projectOf = ({ memory }: Flow): Project | null => memory.get<Project>('project') ?? null;

export const rememberProject = ({ memory }: Flow, project: Project): void => memory.set('project', project);

/** Whether clean-up looks for all that a run before a reset has left: one of an older build may not have. */
export const looksForForgotten = (): boolean => patched('looks-for-forgotten');

/** Whether a persona is still the one that is wanted. */
export const isWanted = ({ wanted }: Flow, { choice }: Persona): boolean => choice === wanted.replaced.influencer;
