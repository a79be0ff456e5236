import { z } from 'zod';
import type { InfluencerInput, SourceInput } from '../../contract/input';
import { MAX_COMMENT, MAX_NAME } from '../../contract/limits';
import type { DecideReviewArgs } from '../../contract/messages';
import type { Problem } from '../../contract/plan';
import { harmlessLines } from '../../contract/text';
import type { FieldProblems } from '../html/fields';
import { optional, parse, required, type Parsed } from '../html/parse';
import type { Fields } from '../http/sealedForm';

/** The most characters that a field takes: told to the browser, and checked again when the form arrives. */
export const LONGEST = {
  keyword: 200,
  /** The address of a slideshow, as a reviewer copies it from a browser. */
  address: 500,
  /** What Layers takes to describe a persona, as in the input. */
  persona: 60,
} as const;

const reviewer = required(MAX_NAME, 'Please tell your name, so that others know who decided.');

const approve = z.object({ reviewer, comment: optional(MAX_COMMENT, harmlessLines), at: optional(40) });

const reject = z.object({
  reviewer,
  comment: required(MAX_COMMENT, 'Please tell why: the reason goes to the partner.', harmlessLines),
});

const changes = z
  .object({
    reviewer,
    comment: required(MAX_COMMENT, 'Please tell what should change.', harmlessLines),
    source: z.enum(['next', 'keyword', 'named']).optional().default('next'),
    keyword: optional(LONGEST.keyword),
    tiktok: optional(LONGEST.address),
    persona: z.enum(['keep', 'new']).optional().default('keep'),
    gender: z.enum(['', 'male', 'female', 'non_binary']).optional().default(''),
    ageRange: z.enum(['', 'teen', 'young_adult', 'adult', 'mid_adult', 'mature', 'senior']).optional().default(''),
    prompt: optional(LONGEST.persona),
    notes: z.record(z.string(), optional(MAX_COMMENT, harmlessLines)),
  })
  .superRefine(({ source, keyword, tiktok }, context) => {
    if (source === 'keyword' && keyword === '')
      context.addIssue({ code: 'custom', path: ['keyword'], message: 'Please give a word to search for.' });
    if (source === 'named' && videoId(tiktok) === null)
      context.addIssue({
        code: 'custom',
        path: ['tiktok'],
        message:
          'Please give the address of a TikTok slideshow, like https://www.tiktok.com/@name/photo/7301234567890123456',
      });
  });

/** The digits of a TikTok address, or the digits themselves. */
function videoId(given: string): string | null {
  const digits = /^\d{1,25}$/.exec(given)?.[0] ?? /\/(?:photo|video)\/(\d{1,25})(?:[/?#]|$)/.exec(given)?.[1];
  return digits ?? null;
}

/** The decision that a form states, or what is wrong with it. */
export function decisionFrom(fields: Fields, revision: number): Parsed<DecideReviewArgs> {
  switch (fields['decision']) {
    case 'approve':
      return parse(approve, fields, nameOf, ({ reviewer: name, comment, at }) => ({
        decision: 'approve',
        reviewer: name,
        revision,
        ...(comment === '' ? {} : { comment }),
        ...(at === '' ? {} : { scheduleAt: at }),
      }));
    case 'reject':
      return parse(reject, fields, nameOf, ({ reviewer: name, comment }) => ({
        decision: 'reject',
        reviewer: name,
        revision,
        comment,
      }));
    case 'requestChanges':
      return parse(changes, { ...fields, notes: notesIn(fields) }, nameOf, (given) => {
        const slides = slidesFrom(given);
        return {
          decision: 'requestChanges',
          reviewer: given.reviewer,
          revision,
          comment: given.comment,
          ...sourceFrom(given),
          ...personaFrom(given),
          ...(slides.length === 0 ? {} : { slides }),
        };
      });
    default:
      return { problems: { decision: 'Please choose what to do.' } };
  }
}

const NAMES: Fields = {
  reviewer: 'Your name',
  comment: 'Comment',
  keyword: 'Search for',
  tiktok: 'Address of the slideshow',
  prompt: 'Persona, in a few words',
};

function nameOf(field: string): string {
  const slide = SLIDE.exec(field)?.[1];
  return slide === undefined ? (NAMES[field] ?? 'Your answer') : `Slide ${Number(slide) + 1}`;
}

function sourceFrom({ source, keyword, tiktok }: z.output<typeof changes>): { source?: SourceInput } {
  if (source === 'keyword') return { source: { keyword } };
  return source === 'named' ? { source: { tiktokVideoId: videoId(tiktok)! } } : {};
}

function personaFrom({ persona, gender, ageRange, prompt }: z.output<typeof changes>): {
  influencer?: InfluencerInput;
} {
  if (persona === 'keep') return {};
  return {
    influencer: { create: { ...(gender && { gender }), ...(ageRange && { ageRange }), ...(prompt && { prompt }) } },
  };
}

const SLIDE = /^slide-(\d{1,2})$/;

/** `slide-0`, `slide-1`, …: notes on single slides. */
const notesIn = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => SLIDE.test(name)));

const slidesFrom = ({ notes }: z.output<typeof changes>): { index: number; note: string }[] =>
  Object.entries(notes).flatMap(([name, note]) => (note === '' ? [] : [{ index: Number(SLIDE.exec(name)![1]), note }]));

/** The field of the form for each part of a decision, by the path that the workflow names it by. */
const FIELD_AT: Readonly<Record<string, string>> = {
  reviewer: 'reviewer',
  comment: 'comment',
  scheduleAt: 'at',
  'content.source': 'tiktok',
  'content.source.keyword': 'keyword',
  influencer: 'prompt',
};

/** The field for a path, or for the nearest part around it that has one. */
function fieldAt(path: string): string {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const field = FIELD_AT[parts.slice(0, length).join('.')];
    if (field !== undefined) return field;
  }
  return 'comment';
}

/** What the workflow found wrong with a decision, beside the field that it is about. */
export const fieldProblems = (problems: readonly Problem[]): FieldProblems =>
  Object.fromEntries(problems.map(({ path, message }) => [fieldAt(path), `This ${message}.`]));
