import { z } from 'zod';
import { MAX_NAME } from '../../contract/limits';
import type { ChooseSourceArgs } from '../../contract/messages';
import { parse, required, type Parsed } from '../html/parse';
import type { Fields } from '../http/sealedForm';

const choice = z.object({
  tiktokVideoId: required(25, 'Please choose one.'),
  by: required(MAX_NAME, 'Please tell your name, so that others know who chose.'),
});

const nameOf = (field: string): string => (field === 'by' ? 'Your name' : 'Your answer');

/** The choice among candidates that a form states. */
export const choiceFrom = (fields: Fields): Parsed<ChooseSourceArgs> => parse(choice, fields, nameOf, (args) => args);
