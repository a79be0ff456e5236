import { messages } from '../../fuzz/targets/messages';
import { start } from '../../fuzz/targets/start';
import { bears } from './support';

/** Whoever has Temporal's own access sends what he likes: the workflow answers, takes a decision, and ends. */
bears(messages, start);
