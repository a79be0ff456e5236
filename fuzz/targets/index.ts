import { answers, forms } from './answers';
import { gateway, webhooks } from './gateway';
import { messages } from './messages';
import { start } from './start';
import type { Target } from './target';
import { commands, files, settings } from './texts';

export const TARGETS: readonly Target[] = [
  messages,
  start,
  answers,
  forms,
  gateway,
  webhooks,
  commands,
  files,
  settings,
];
