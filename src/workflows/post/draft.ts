import { hasId } from '../../contract/ids';
import type { ContentRecord } from '../../contract/activities';
import type { FormatName } from '../../contract/formats';
import type { SourceCandidate } from '../../contract/status';
import type { Flow } from '../flow';
import type { Persona, Project } from '../values';

/** What the post of a round is made from. */
export interface Draft {
  project: Project;
  persona: Persona;
  source: SourceCandidate;
  revision: number;
}

/** The request for it, all of which is in the key. */
export interface Order {
  format: FormatName;
  projectId: string;
  influencerId: string;
  tiktokVideoId: string;
  revision: number;
}

export const orderOf = ({ project, persona, source, revision }: Draft): Order => ({
  format: 'slideshow-remix',
  projectId: project.projectId,
  influencerId: persona.influencerId,
  tiktokVideoId: source.tiktokVideoId,
  revision,
});

/** What Layers has made of it. */
export interface Content extends ContentRecord {
  /** Made by a request of this very run: nothing can have been done with it before. */
  isNew: boolean;
}

/** What a round shows to the reviewer: the content, with what it was made from. */
export interface Made {
  content: Content;
  persona: Persona;
  source: SourceCandidate;
}

/** Ids of content from before a reset, or of an earlier run: there may be posts of it that this run knows nothing of. */
export const foundContent = ({ memory }: Flow): string[] => memory.once<string[]>('content/found', () => []);

export function noteFound(flow: Flow, containerIds: string[]): void {
  const found = foundContent(flow);
  for (const id of containerIds) if (!hasId(found, id)) found.push(id);
}
