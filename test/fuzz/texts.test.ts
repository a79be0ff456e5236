import { commands, files, settings } from '../../fuzz/targets/texts';
import { bears } from './support';

/** What people and other programs write for the command line and the processes. */
bears(settings, files, commands);
