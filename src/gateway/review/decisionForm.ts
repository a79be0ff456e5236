import { z } from 'zod';
import type { DecideReviewArgs } from '../../contract/messages';
import type { InfluencerInput, SourceInput } from '../../contract/input';
import type { Fields } from '../http/sealedForm';
import { LIMITS } from '../html/limits';

/** What is wrong with a form, by field. */
export type FieldProblems = Readonly<Record<string, string>>;
export type Parsed<T> = { args: T } | { problems: FieldProblems };

const text = (max: number, missing: string) => z.string({ error: missing }).trim().min(1, { error: missing }).max(max);
const optional = (max: number) => z.string().trim().max(max).optional().default('');

const reviewer = text(LIMITS.name, 'Please tell your name, so that others know who decided.');

const approve = z.object({ reviewer, comment: optional(LIMITS.comment), at: optional(40) });

const reject = z.object({
  reviewer,
  comment: text(LIMITS.comment, 'Please tell why: the reason goes to the partner.'),
});

const changes = z
  .object({
    reviewer,
    comment: text(LIMITS.comment, 'Please tell what should change.'),
    source: z.enum(['next', 'keyword', 'named']).optional().default('next'),
    keyword: optional(LIMITS.keyword),
    tiktok: optional(LIMITS.address),
    persona: z.enum(['keep', 'new']).optional().default('keep'),
    gender: z.enum(['', 'male', 'female', 'non_binary']).optional().default(''),
    ageRange: z.enum(['', 'teen', 'young_adult', 'adult', 'mid_adult', 'mature', 'senior']).optional().default(''),
    prompt: optional(LIMITS.persona),
    notes: z.record(z.string(), optional(LIMITS.comment)),
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

const choice = z.object({
  tiktokVideoId: text(25, 'Please choose one.'),
  by: text(LIMITS.name, 'Please tell your name, so that others know who chose.'),
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
      return parse(approve, fields, ({ reviewer: name, comment, at }) => ({
        decision: 'approve',
        reviewer: name,
        revision,
        ...(comment === '' ? {} : { comment }),
        ...(at === '' ? {} : { scheduleAt: at }),
      }));
    case 'reject':
      return parse(reject, fields, ({ reviewer: name, comment }) => ({
        decision: 'reject',
        reviewer: name,
        revision,
        comment,
      }));
    case 'requestChanges':
      return parse(changes, { ...fields, notes: notesIn(fields) }, (given) => {
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

/** The choice among candidates that a form states. */
export const choiceFrom = (fields: Fields): Parsed<{ tiktokVideoId: string; by: string }> =>
  parse(choice, fields, (args) => args);

function parse<S extends z.ZodType, T>(schema: S, fields: unknown, make: (given: z.output<S>) => T): Parsed<T> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { args: make(parsed.data) };
  return {
    problems: Object.fromEntries(
      parsed.error.issues.map((issue) => {
        const field = String(issue.path.at(-1));
        return [field, issue.code === 'too_big' ? tooLong(field, Number(issue.maximum)) : issue.message];
      }),
    ),
  };
}

/** Said of several fields at once, so that each has to be named. */
const tooLong = (field: string, max: number): string => `${nameOf(field)}: at most ${max} characters, please.`;

const NAMES: Fields = {
  reviewer: 'Your name',
  by: 'Your name',
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
