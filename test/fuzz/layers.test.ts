import { answers, forms } from '../../fuzz/targets/answers';
import { bears } from './support';

/** What Layers answers, in every legal form and in no legal one. */
bears(forms, answers);
